"""How a recall or a drill goes (`score`), and the check of a certificate that somebody brings (`check`)."""
