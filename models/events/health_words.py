"""Words that tell of somebody's health, in Swedish and English: a short list of stems, and no more than a reminder.

They are about a person. Words of the work itself – sjukhus, psykiatri, demensboende, rullstol, hand alcohol – are left
out where they would ask again and again. Nothing is refused for good because of them: whoever writes is asked whether
they are sure, and what is missing here is asked of nobody.
"""

ANYWHERE = (
    *("adhd", "alkoholis", "autis", "cancer", "diagnos", "missbruk", "ångest"),
    *("sjukdom", "sjukskriv", "skizofren", "schizo", "psykos"),
)
"""Stems that also stand inside a word, as in alkoholmissbruk."""

AT_THE_START = (
    # sv
    *("allergi", "asperger", "astma", "beroendesjuk", "bipolär", "borderline", "depress", "deppig", "diabet"),
    *("diskbråck", "drogproblem", "dyskalkyl", "dyslex", "epilep", "fibromyalg", "funktionshind", "funktionsned"),
    *("gravid", "handikapp", "hepatit", "hjärtfel", "hjärtinfarkt", "hjärtsjuk", "läkarintyg", "medicinering"),
    *("feber", "mår dålig", "mår illa", "mår inte", "mår sämre", "smärt"),
    *("migrän", "narkoman", "narkotika", "opererad", "panikattack", "psykisk", "rehabilit", "reumat", "ryggskott"),
    *("antidepressiv", "huvudvärk", "hälsoproblem", "magont", "opereras"),
    *("ryggbesvär", "ryggont", "ryggvärk", "tar medicin", "äter medicin"),
    *("alvedon", "citodon", "concerta", "insulin", "ipren", "metadon", "morfin", "oxycontin", "panodil", "ritalin"),
    *("sertralin", "subutex", "tramadol", "voltaren", "zoloft"),
    *("sjukersättning", "sjukfrånvar", "sjukpenning", "självmord", "självskad", "suicid", "utbränd", "utmattning"),
    # en
    *("addict", "alcoholi", "allergy", "allergic", "anxiety", "asthma", "bipolar", "burnout", "chemotherap", "disab"),
    *("disease", "illness", "mental health", "migraine", "pregnan", "psychosis", "psychotic", "sick leave", "sickness"),
    *("surgery", "back pain", "painkiller", "on medication"),
)
"""Stems with which a word begins."""

WHOLE = ("ill", "in pain", "hiv", "ont i", "ptsd", "sick", "sjuk", "sjuka", "sjukt", "stroke", "tourette")
"""Words that tell of it only as they stand."""
