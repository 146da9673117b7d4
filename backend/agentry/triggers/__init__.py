"""What starts flows besides people: times and calls from outside, as durable rows."""
