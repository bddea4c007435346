"""One box that finds things: items by a part of their code, names of master data, and events by any text in them.

Codes and master data are in clear, texts of events are sealed; of these a keyed hash of every word is kept (`words`, `texts`). Three
indexes are filled behind capturing by the job `keep`, each behind a mark of its own: `code_index`, `name_index`, `text_index`. What stands
behind a mark is read directly, so that everything is found at once. `codes`, `names` and `events` answer; a text is verified on the
opened event as the asker may see it.
"""
