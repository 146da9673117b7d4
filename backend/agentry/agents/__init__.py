"""How one task is worked on: turns with a model until there is an answer."""
