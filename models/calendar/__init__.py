"""The calendar: periods in months, public holidays, and the day that it is in Sweden."""
