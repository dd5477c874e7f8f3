#!/bin/sh
# Sends a note about a candidate, signed: sh send.sh https://svar.employer.example secret.txt K7Q29FMXB
set -eu
gateway=$1 secret=$(cat "$2") subject=$3

id=msg_$(openssl rand -hex 16)     # the same each time that this message is sent
time=$(date -u +%Y-%m-%dT%H:%M:%SZ)
body='{"specversion":"1.0","id":"'$id'","source":"https://partner.example/cases","type":"se.helavagen.note_added",'
body=$body'"subject":"'$subject'","time":"'$time'","data":{"text":"Ring efter klockan ett."}}'

at=$(date +%s)                     # anew each time
key=$(printf %s "${secret#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')
signature=$(printf %s "$id.$at.$body" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)

curl --silent --show-error --fail-with-body "$gateway/events" \
    --header "Content-Type: application/cloudevents+json" \
    --header "webhook-id: $id" --header "webhook-timestamp: $at" --header "webhook-signature: v1,$signature" \
    --data-binary "$body"
