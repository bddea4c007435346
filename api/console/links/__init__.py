"""Links in the console: where a member's codes lead, the form of one link, what a scan of a code gets. The rules stand in `resolver`."""
