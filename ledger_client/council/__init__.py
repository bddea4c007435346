"""The members' m-of-n council: proposals, approvals, execution."""
