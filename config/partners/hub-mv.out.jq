# What the hub tells another Sangam: the steps that its member took on a referral. Whether each service was given is told there
# by a person: the seat says that it helps, and not that it has helped.
def past: {
  RECEIVE: ["RECEIVED", "ACCEPTED", "IN_PROGRESS", "COMPLETED", "DECLINED", "REDIRECTED", "EXPIRED", "WITHDRAWN"],
  ACCEPT: ["ACCEPTED", "IN_PROGRESS", "COMPLETED"],
  START: ["IN_PROGRESS", "COMPLETED"],
  DECLINE: ["DECLINED"]
};
def way: {
  SENT: ["RECEIVE"], RECEIVED: ["RECEIVE"], ACCEPTED: ["ACCEPT"], IN_PROGRESS: ["ACCEPT", "START"],
  COMPLETED: ["ACCEPT", "START"], DECLINED: ["DECLINE"]
};

if .kind == "ANSWER" then
  .referral as $referral
  | {steps: [$referral.state | code(way; "/referral/state") | .[] | . as $event | {
      input: $event,
      reason: (if $event == "DECLINE" then $referral.declineReason // "NOT_SAID" else null end),
      reached: past[$event]
    } | present]}
else
  # A hub takes nobody in through its API: it reads here what is sent to it.
  refuse("UNKNOWN_CODE"; "/kind")
end
