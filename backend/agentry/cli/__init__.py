"""The command line: a door to the studio, running or not. Imports are paid inside commands."""
