"""What other systems are told and hand in: webhooks, the subscriptions of EPCIS 2.0, and tables (`imports`) (SQL and jobs).

Start with `models`. A subscription says who is told what, and where: `webhooks` makes those of operators, about happenings of any kind;
`queries` and `subscriptions` those of EPCIS clients, about events that fulfil a named query. `gather` writes what is to be told as
deliveries and moves the subscription's marks in the same transaction, so nothing is told twice and nothing left out; `deliver` sends
them, one at a time for each subscription and in order, until they are taken. `bodies` makes what is sent, as the subscription's owner
may see it at that moment (`owners`). Imports nothing that comes after `issuing`, and no web.
"""
