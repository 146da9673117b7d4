"""What a tool is, what it may do, and the port to the box it runs in."""
