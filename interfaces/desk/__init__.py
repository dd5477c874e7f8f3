"""The desk: the web page of those who work here, an adapter on the services."""
