"""Notices of a recall case: each owner of its units is told what they hold and what to do, answers, and is reminded until then.

`send` writes one for each owner, `answer` takes what the owner says, `remind` is the job that counts and repeats, `lists` finds them,
`told` is what webhooks hear. Sending, reminding and answering are each an event on the case's code (`recall.cases.note`).
"""
