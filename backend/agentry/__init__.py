"""Agentry: the studio for multi-agent work you can trust."""

__version__ = "0.1.0"
