"""The audit log in the console: `log` is the list with its filters, `entry` one entry, `health` whether all of it is what was written."""
