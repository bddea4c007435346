"""What is traced: item codes, from any spelling that people and scanners use to the one canonical URI (spec 1).

Start with `parsing` (which spelling is this), then `gs1_keys` (the table that all GS1 spellings share), `digital_link`, `urn`,
`element_string`, `epc_binary` (the spellings). `scan` is the resolver for scanners: it also says all else that a text tells.
`iso7064`, `check_digit`, `check_pair` are check characters. `event_identifier` is the lenient sister that the event hash needs.
Takes text, gives ItemCode or raises InvalidCode. Imports nothing of this project but `errors` and `onchain`.
"""

from ledger_client.codes.item_code import ItemCode
from ledger_client.codes.parsing import canonical, parse

__all__ = ["ItemCode", "canonical", "parse"]
