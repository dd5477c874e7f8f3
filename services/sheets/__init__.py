"""Tables as offices export them, whatever program wrote the file → rows of text under headings that are understood."""
