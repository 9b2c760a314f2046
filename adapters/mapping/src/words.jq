# Words that every mapping may use. Definitions only.

# Ends the mapping with a fault at a path of the partner's record; the value itself is not passed on.
def refuse($kind; $path):
  (if . == null then 0 elif isstring then length else (tojson | length) end) as $length
  | error({sangamRefusal: {kind: $kind, path: $path, length: $length}});

# The hub's code for a partner's code, by a table; an unknown one is refused, never guessed.
def code($table; $path):
  if isstring and (. as $own | $table | has($own)) then $table[.] else refuse("UNKNOWN_CODE"; $path) end;

# A text that is there, or nothing.
def text: if . == null or . == "" then null else . end;

# An object without the members that are null.
def present: with_entries(select(.value != null));

# The day of a date or time as partner systems write it: dashed or slashed, with or without a time after it.
def day($path):
  if isstring and test("^[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}([T ].*)?$")
  then .[0:10] | gsub("/"; "-")
  else refuse("WRONG_TYPE"; $path) end;

# RFC 3339 of a date or time as partner systems write it. A date alone is its first instant in UTC.
def instant($path):
  if isstring | not then refuse("WRONG_TYPE"; $path)
  elif test("^[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}$") then day($path) + "T00:00:00Z"
  elif test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})$") then .
  elif test("^[0-9]{4}[-/][0-9]{2}[-/][0-9]{2} [0-9:.]+ [+-][0-9]{4}$")
  then split(" ") as $parts
    | ($parts[0] | gsub("/"; "-")) + "T" + $parts[1] + $parts[2][0:3] + ":" + $parts[2][3:5]
  else refuse("WRONG_TYPE"; $path) end;

# The day a number of years after a day; born on the last day of February means the first of March, the later
# one, because the later majority protects.
def years_after($years; $path):
  day($path)
  | ((.[0:4] | tonumber) + $years) as $year
  | (if .[4:] == "-02-29" and (($year % 4 != 0) or ($year % 100 == 0 and $year % 400 != 0))
     then "-03-01" else .[4:] end) as $rest
  | "\($year)\($rest)";

# Whole years from one day to another.
def years_until($later):
  . as $earlier
  | ($later[0:4] | tonumber) - ($earlier[0:4] | tonumber)
    - (if $later[5:10] < $earlier[5:10] then 1 else 0 end);

# The age band of whole years.
def age_band:
  if . == null then "AGE_UNKNOWN"
  elif . < 9 then "AGE_0_8" elif . < 12 then "AGE_9_11" elif . < 15 then "AGE_12_14"
  elif . < 18 then "AGE_15_17" elif . < 21 then "AGE_18_20" elif . < 26 then "AGE_21_25"
  elif . < 41 then "AGE_26_40" else "AGE_41_PLUS" end;

# A date as it was written in one of the hub's calendars, with its Gregorian reading as exactly as the text says.
def date_of($calendar; $path):
  if isstring then ([$calendar, ., null] | sangam_date) // refuse("WRONG_TYPE"; $path)
  else refuse("WRONG_TYPE"; $path) end;

# The same, known less exactly than it is written: ESTIMATED, AGE_TEST, or coarser.
def date_of($calendar; $precision; $path):
  if isstring then ([$calendar, ., $precision] | sangam_date) // refuse("WRONG_TYPE"; $path)
  else refuse("WRONG_TYPE"; $path) end;

# What law needs to know at an instant of who was born on a date of `date_of`: a minor until the quarter after the
# eighteenth birthday, so that the birthday does not lie in clear; unknown where the date leaves it open.
def age_on($at; $path): ([., $at] | sangam_age) // refuse("WRONG_TYPE"; $path);

# The kind of a document and its country, where a number has the form; the number itself goes nowhere.
def document_of($country; $kind; $path):
  if isstring then ([$country, $kind, .] | sangam_document) // refuse("WRONG_TYPE"; $path)
  else refuse("WRONG_TYPE"; $path) end;

# A text with the digits of every script of the region in ASCII.
def ascii_digits($path): sangam_digits // refuse("WRONG_TYPE"; $path);

# A name of a kind, with its script where it is written in one; nothing where there is none.
def name_of($kind):
  text | if . == null then null else {text: ., kind: $kind, script: sangam_script} | present end;

# The hub's codes for those of the Human Trafficking Case Data Standard (HTCDS) 2.0 by IOM (CC BY 4.0, no endorsement), by
# the field they stand in.
def htcds_codes: {
  prs_Gender: {
    Feminine: "FEMININE", Masculine: "MASCULINE", TransgenderFeminine: "TRANSGENDER_FEMININE",
    TransgenderMasculine: "TRANSGENDER_MASCULINE", NonConforming: "NON_CONFORMING", NonSpecifiedUnknown: "NOT_SPECIFIED"
  },
  cas_Status: {Active: "ACTIVE", FollowUp: "FOLLOW_UP", Closed: "CLOSED", ClosedReferred: "CLOSED_REFERRED"},
  vic_TraffickingStatus: {
    PossibleVictimOfTrafficking: "POSSIBLE", ActualVictimOfTrafficking: "ACTUAL", NotAVictimOfTrafficking: "NOT_A_VICTIM"
  },
  vic_TypeOfExploitation: {
    ForcedLabour: "FORCED_LABOUR", SexualExploitation: "SEXUAL_EXPLOITATION", ChildLabour: "CHILD_LABOUR",
    ForcedMarriage: "FORCED_MARRIAGE", Servitude: "SERVITUDE",
    ForcedMilitaryByNonStateActors: "FORCED_MILITARY_BY_NON_STATE_ACTORS", OrganRemoval: "ORGAN_REMOVAL",
    ForcedBegging: "FORCED_BEGGING", ForcedAdoption: "FORCED_ADOPTION", Surrogacy: "SURROGACY", Other: "OTHER"
  },
  spl_Type: {
    Education: "EDUCATION", Financial: "FINANCIAL", Health: "HEALTH",
    LabourExploitationRehabilitation: "LABOUR_EXPLOITATION_REHABILITATION", Legal: "LEGAL", Livelihood: "LIVELIHOOD",
    RightsBasedTraining: "RIGHTS_BASED_TRAINING",
    SexualExploitationRehabilitation: "SEXUAL_EXPLOITATION_REHABILITATION", SocialCare: "SOCIAL_CARE"
  }
};

# The hub's code for one of HTCDS, by its field; an unknown one is refused.
def from_htcds($field; $path): htcds_codes[$field] as $table | code($table; $path);

# The code of HTCDS for one of the hub's, by its field; nothing for nothing.
def to_htcds($field; $path):
  if . == null then null
  else (htcds_codes[$field] | with_entries({key: .value, value: .key})) as $table | code($table; $path) end;
