"""The pages of imports: the form that maps columns (`editor`, `guess`), what it shows (`form`), imports and their rows (`jobs`)."""
