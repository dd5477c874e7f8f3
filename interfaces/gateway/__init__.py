"""The gateway: the way in for partners' systems, an adapter on the services."""
