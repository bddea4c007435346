"""The EPCIS 2.0 query interface over HTTP: parameters in (`asked`), documents and collections out (`answers`), pages by `tokens`."""
