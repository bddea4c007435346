"""The search field of every page: its results, what it suggests while one types, and where results lead."""
