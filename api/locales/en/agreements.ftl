agreement-state-draft = Draft
agreement-state-open = Being negotiated and signed
agreement-state-signed = Signed, not yet in force
agreement-state-in_force = In force
agreement-state-completed = Completed
agreement-state-expired = Ended with items open
agreement-state-declined = Declined
agreement-state-withdrawn = Withdrawn
agreement-state-lapsed = Not signed in time

problem-agreement-state = The agreement is “{ $state ->
        *[open] Being negotiated and signed
         [signed] Signed, not yet in force
         [in_force] In force
         [completed] Completed
         [expired] Ended with items open
         [declined] Declined
         [withdrawn] Withdrawn
         [lapsed] Not signed in time
    }” now; this step is not possible
problem-agreement-state-action = Open the agreement and look at its present state.
problem-version-superseded = The agreement was changed to version { $current }; you signed an older one
problem-version-superseded-action = Open the newest version, read it and sign again.
problem-already-signed = Your organisation has signed this version already
problem-already-signed-action = Nothing more to do; the agreement's page shows the signatures.
problem-prior-mismatch = Another party signed after you opened the page
problem-prior-mismatch-action = Open the agreement again, look at it and repeat the step.
problem-checkpoint-unknown = The log checkpoint in the signature was not published by this system
problem-checkpoint-unknown-action = Reload the signing page and sign again.
problem-nonce-used = This signature was handed in before
problem-nonce-used-action = Reload the signing page and sign again.
problem-signer-not-allowed = This signing key is not of the party it signs for
problem-signer-not-allowed-action = Let a signer with an enrolled key of that party sign.
problem-intent-not-allowed = The signature means something else than this step
problem-intent-not-allowed-action = Sign again from the page of this step.
problem-signature-invalid = The signature does not hold
problem-signature-invalid-action = Reload the signing page and sign with the enrolled key; nothing has changed.
problem-signature-expired = The signature is no longer valid
problem-signature-expired-action = Open the signing page again and hand the signature in within fifteen minutes.
problem-credential-unknown = This signing key is not enrolled
problem-credential-unknown-action = Make a key on the page “My signing key” and have a street cadre check it in person.
problem-credential-revoked = This signing key was revoked or is outside its validity
problem-credential-revoked-action = Make a new key and have a street cadre check it in person.
problem-draft-closed = This draft was sent or dropped already
problem-draft-closed-action = Look at the list of agreements.
problem-document-invalid = The agreement's text has faults
problem-document-invalid-action = Correct every place listed and hand it in again.
problem-agreement-one-sided = The agreement is not two-way
problem-agreement-one-sided-action = Let every party both give and get.
problem-payload-not-canonical = The agreement's text is not in canonical form
problem-payload-not-canonical-action = Make it canonical (RFC 8785) as the API document says, and sign that.
problem-beyond-mandate = The change goes beyond what the joint meeting allowed
problem-beyond-mandate-action = Stay within the limits, or let the street bring it before the meeting again.

fault-wrong-type = This has the wrong type
fault-unknown-member = This is unknown
fault-list-length = { $value } items; there may be { $min } to { $max }
fault-not-an-id = “{ $value }” is not a valid id
fault-not-a-hash = “{ $value }” is not a valid hash
fault-kind-for-version = The first version is the original, later ones are changes
fault-previous-for-version = Every version but the first names the hash of the one before
fault-base-not-null = Before signing there is no version in force to build on
fault-until-before-from = Ends before it starts
fault-term-too-long = The term is too long
fault-sign-by-after-term = The day to sign by lies after the end of the agreement
fault-given-twice = This is given twice
fault-credit-code = The credit code “{ $value }” does not check
fault-one-side-only = At least one community side and one unit side are needed
fault-ref-order = “{ $value }” should be { $expected }
fault-unknown-party = The agreement has no party “{ $value }”
fault-owes-itself = A party cannot owe itself
fault-sum-mismatch = Quantity { $value } is not the sum { $sum } of the instalments
fault-outside-term = Outside the agreement's term
fault-due-overlap = Instalments follow one another and do not overlap
fault-no-termination-clause = A termination clause is needed
fault-personal-number = Public text must not hold a mobile or identity-card number
fault-only-gives = { $party } only gives and gets nothing: not two-way
fault-only-gets = { $party } only gets and gives nothing: not two-way
fault-neither-gives-nor-gets = { $party } neither gives nor gets: not two-way
fault-not-the-next-version = This does not follow the version before and may not change
fault-beyond-mandate = Quantity { $value } is outside what is allowed ({ $min } to { $max })

clause-title = Co-construction agreement of { $parties }
clause-meeting = Joint meeting no. { $no } of { $street }
clause-place = { " " }(place: { $place })
clause-times = { " " }(times: { $times })
clause-acceptance = The giver reports, the receiver confirms within ten working days
clause-contact = Contact
clause-party-1 = First party
clause-party-2 = Second party
clause-party-3 = Third party
clause-party-4 = Fourth party
clause-party-5 = Fifth party
clause-party-6 = Sixth party
clause-party-7 = Seventh party
clause-party-8 = Eighth party
clause-party-9 = Ninth party
clause-party-10 = Tenth party
clause-party-11 = Eleventh party
clause-party-12 = Twelfth party
clause-party = { $letter } ({ $side }): { $name }
clause-party-code = , credit code { $code }
clause-party-address = , address { $address }
clause-parties = { $parties }.
clause-basis = On item { $item } adopted by the { $meeting } of { $held }, the parties have agreed as follows.
clause-purpose = The parties bring offers and needs together in { $areas }, serve each other both ways, and all gain.
clause-mode = The work takes the form of { $mode }.
clause-obligations = Services given and received, quantities, instalments and acceptance stand in the list of obligations.
clause-non_monetary = The parties perform by services and facilities. They take and pay no money, cards or vouchers and impose no costs.
clause-safety = The giver answers for the safety of places and people and names before each event who is in charge, the insurance and what is done in an emergency; where minors or food are concerned, as the law says.
clause-personal_data = Personal data are used only as far as performance needs them, are not published, nor are recognisable faces, and are deleted after use.
clause-term = The agreement runs from { $from } to { $until }.
clause-delivery = The giver reports performance, the receiver confirms within ten working days; silence is no confirmation.
clause-review = Each quarter the parties review the project both ways; persons are not reviewed.
clause-change = Changes need all parties and are signed anew; beyond the meeting's mandate they go back to the joint meeting.
clause-termination = Any party may end the agreement by { $days } days' written notice to the others; what is due by then is performed first.
clause-dispute = In a dispute the joint meeting mediates first; the parties may then turn to the law.
clause-signatures = Each party signs by its enrolled signer's own key. The agreement is in force from the day the last party signs, or from the first day of its term if that is later.
clause-copies = There are { $copies } copies: one for each party and one for the street's archive; the electronic text equals the paper one.
