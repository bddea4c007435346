"""Subscriptions by websocket (EPCIS 2.0, GET /queries/{queryName}/events with `Upgrade: websocket`): a connection that is held open.

`asked`: what the handshake wants; `stream`: the database's side of one listener; `telling`: the connection's side; `places`: how many may
listen, and when it is worth to look. Nothing is stored for a listener: each document says from where to go on.
"""
