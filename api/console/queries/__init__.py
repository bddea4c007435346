"""Pages of named queries (EPCIS 2.0): the list, one with its subscriptions and what was sent, a new one out of the filters of events."""
