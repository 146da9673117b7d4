"""The studio over HTTP: REST, event streams and the built front end."""
