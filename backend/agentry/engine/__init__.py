"""The durable engine: pure decisions, one transaction per fact, work under leases."""
