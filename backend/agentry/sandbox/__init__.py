"""The boxes that calls run in, and what happens to the files they leave behind."""
