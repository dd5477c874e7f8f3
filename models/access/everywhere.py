"""Every programme or every town, as one word."""

EVERYWHERE = "*"
