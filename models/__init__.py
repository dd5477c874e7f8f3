"""The pure core: no clock, no I/O, no Temporal. Each floor imports only from those below it.

    ledger        what is written down of an event: the entry, its hash, the receipt that its sender gets
    projections   what lists and pages show of a journey, made from its state
    journey       `transitions`: one table of what can happen in each stage, where it leads, and by which rules;
                  `fold`: the state from events; `journey`: propose, commit
    rules         a function for each rule that can refuse an event, called in `transitions` by its name
    state         where a journey stands: deadlines, employment, what partners still owe
    events        a class for each thing that can happen, with its fields and what it declares of itself
    programme     the figures of the rules, as `programmes/*.toml` has them: forms, deadlines, who is consulted and told
    partners      who is told, and what each may be told

Beside them: `stages`, `message` (a sentence by its id; its Swedish is in `activities/locale/`), `identifiers`,
`fields`, `discrepancy`, `canonical`, `signatures` (that it was they), `sign_ins` (by which sign-in somebody speaks),
and the rooms `access` (who works here and who may do what), `calendar` (days, periods and days off) and `tables` (the
database's, by what they hold).
"""
