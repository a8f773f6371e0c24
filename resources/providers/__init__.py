"""Provider clients: what is asked of the NBA's hosts and of The Odds API, and what comes back, byte for byte."""
