"""What partners' systems send us: who has sent it, whom it is about, and what it says, on its way to the journey."""
