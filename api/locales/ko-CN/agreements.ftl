agreement-state-draft = 기초중
agreement-state-open = 협상·서명중
agreement-state-signed = 서명완료, 효력대기
agreement-state-in_force = 리행중
agreement-state-completed = 완료
agreement-state-expired = 만기미결
agreement-state-declined = 미달성
agreement-state-withdrawn = 철회
agreement-state-lapsed = 서명기한 초과

problem-agreement-state = 협의서가 지금 “{ $state ->
        *[open] 협상·서명중
         [signed] 서명완료, 효력대기
         [in_force] 리행중
         [completed] 완료
         [expired] 만기미결
         [declined] 미달성
         [withdrawn] 철회
         [lapsed] 서명기한 초과
    }” 상태여서 이 단계를 처리할수 없습니다
problem-agreement-state-action = 협의서를 열어 최신정황을 보십시오.
problem-version-superseded = 이 협의서는 제{ $current }판으로 고쳐졌고 서명한것은 낡은 판본입니다
problem-version-superseded-action = 최신판본을 열어 읽은 다음 다시 서명하십시오.
problem-already-signed = 본단위는 이 판본에 이미 서명하였습니다
problem-already-signed-action = 다시 서명할 필요가 없습니다. 협의서에서 서명기록을 볼수 있습니다.
problem-prior-mismatch = 페지를 연 다음 다른 측이 또 서명하였습니다
problem-prior-mismatch-action = 협의서를 다시 열어 최신정황을 보고 처리하십시오.
problem-checkpoint-unknown = 서명이 근거한 기록부 검사점은 본 체계가 공포한것이 아닙니다
problem-checkpoint-unknown-action = 서명페지를 새로 읽은 다음 다시 서명하십시오.
problem-nonce-used = 이 서명은 이미 제출되였습니다
problem-nonce-used-action = 서명페지를 새로 읽은 다음 다시 서명하십시오.
problem-signer-not-allowed = 이 서명열쇠는 대표하는 측의것이 아닙니다
problem-signer-not-allowed-action = 그 측에서 열쇠를 등록한 서명자가 서명하게 하십시오.
problem-intent-not-allowed = 서명의 용도가 처리하는 일과 맞지 않습니다
problem-intent-not-allowed-action = 해당 페지에서 다시 서명하십시오.
problem-signature-invalid = 서명이 성립하지 않습니다
problem-signature-invalid-action = 서명페지를 새로 읽고 등록된 열쇠로 다시 서명하십시오. 협의서는 아무것도 달라지지 않았습니다.
problem-signature-expired = 서명의 유효시간이 지났습니다
problem-signature-expired-action = 서명페지를 다시 열고 서명한후 15분안에 제출하십시오.
problem-credential-unknown = 이 서명열쇠는 등록되지 않았습니다
problem-credential-unknown-action = “나의 서명열쇠” 페지에서 열쇠를 만들고 가두간부의 대면확인을 받으십시오.
problem-credential-revoked = 이 서명열쇠는 취소되였거나 유효기간이 아닙니다
problem-credential-revoked-action = 새 열쇠를 만들고 가두간부의 대면확인을 받으십시오.
problem-draft-closed = 이 초고는 이미 서명에 넘겼거나 철회되였습니다
problem-draft-closed-action = 협의서목록에서 보십시오.
problem-document-invalid = 협의서내용에 오유가 있습니다
problem-document-invalid-action = 지적된 곳을 모두 고친 다음 다시 제출하십시오.
problem-agreement-one-sided = 협의서가 쌍방향봉사가 아닙니다
problem-agreement-one-sided-action = 각측이 주는것도 받는것도 있게 하십시오.
problem-payload-not-canonical = 제출한 협의서본문이 규범형식이 아닙니다
problem-payload-not-canonical-action = 대면부 문서에 따라 규범형식(RFC 8785)으로 다시 만들어 서명하십시오.
problem-beyond-mandate = 수정이 련석회의가 위임한 범위를 벗어났습니다
problem-beyond-mandate-action = 위임범위안에서 고치거나 가두를 통해 다시 회의에 제출하십시오.

fault-wrong-type = 내용의 류형이 틀립니다
fault-unknown-member = 알수 없는 내용입니다
fault-list-length = 모두 { $value }개입니다. { $min }개부터 { $max }개까지여야 합니다
fault-not-an-id = “{ $value }”은(는) 유효한 번호가 아닙니다
fault-not-a-hash = “{ $value }”은(는) 유효한 검사값이 아닙니다
fault-kind-for-version = 첫판은 원본, 그다음은 수정판이여야 합니다
fault-previous-for-version = 첫판외에는 앞판의 검사값을 밝혀야 합니다
fault-base-not-null = 서명하기전의 판본에는 근거할 발효판본이 없습니다
fault-until-before-from = 끝나는 날이 시작하는 날보다 앞섭니다
fault-term-too-long = 기한이 너무 깁니다
fault-sign-by-after-term = 서명기한이 협의서가 끝나는 날보다 늦습니다
fault-given-twice = 중복되였습니다
fault-credit-code = 통일사회신용코드 “{ $value }”의 검사자리가 맞지 않습니다
fault-one-side-only = 적어도 한측은 사회구역(가두), 한측은 단위여야 합니다
fault-ref-order = “{ $value }”은(는) { $expected }이여야 합니다
fault-unknown-party = 협의서에 “{ $value }”이라는 측이 없습니다
fault-owes-itself = 자기에게 의무를 질수 없습니다
fault-sum-mismatch = 수량 { $value }이(가) 분기별 몫의 합계 { $sum }과(와) 맞지 않습니다
fault-outside-term = 협의서기한을 벗어났습니다
fault-due-overlap = 분기별 몫은 차례로 놓이고 겹치지 말아야 합니다
fault-no-termination-clause = 종료조항이 있어야 합니다
fault-personal-number = 공개되는 글에는 휴대전화번호나 신분증번호를 쓸수 없습니다
fault-only-gives = { $party }은(는) 주기만 하고 받는것이 없어 쌍방향봉사에 맞지 않습니다
fault-only-gets = { $party }은(는) 받기만 하고 주는것이 없어 쌍방향봉사에 맞지 않습니다
fault-neither-gives-nor-gets = { $party }은(는) 주는것도 받는것도 없어 쌍방향봉사에 맞지 않습니다
fault-not-the-next-version = 앞판과 이어지지 않습니다. 이곳은 고칠수 없습니다
fault-beyond-mandate = 수량 { $value }이(가) 위임범위({ $min }–{ $max })를 벗어났습니다

clause-title = { $parties } 공동건설협의서
clause-meeting = { $street } 제{ $no }차 당건설련석회의
clause-place = (장소: { $place })
clause-times = (시간: { $times })
clause-acceptance = 제공측이 등록하고 받는측이 열근무일안에 확인
clause-contact = 련계인
clause-party-1 = 갑측
clause-party-2 = 을측
clause-party-3 = 병측
clause-party-4 = 정측
clause-party-5 = 무측
clause-party-6 = 기측
clause-party-7 = 경측
clause-party-8 = 신측
clause-party-9 = 임측
clause-party-10 = 계측
clause-party-11 = 열한째 측
clause-party-12 = 열두째 측
clause-party = { $letter }({ $side }): { $name }
clause-party-code = , 통일사회신용코드 { $code }
clause-party-address = , 주소 { $address }
clause-parties = { $parties }.
clause-basis = { $held }에 열린 { $meeting }에서 심의통과한 제{ $item }항 의제에 근거하여 각측이 협상일치로 본 협의서를 체결한다.
clause-purpose = 각측은 { $areas }을(를) 둘러싸고 자원과 수요를 련결하여 쌍방향봉사를 하며 함께 리득을 본다.
clause-mode = { $mode } 방식으로 공동건설을 한다.
clause-obligations = 각측이 제공하고 받는 봉사, 수량, 분기별 몫과 확인방식은 본 협의서의 의무명세서에 따른다.
clause-non_monetary = 각측은 봉사와 시설로 리행하며 현금과 카드를 받지도 내지도 않고 비용을 할당하지 않는다.
clause-safety = 제공측은 장소와 인원의 안전을 책임지고 활동전에 현장책임자, 보험과 응급대책을 밝힌다. 미성년인과 식품에 관계되는것은 법에 따른다.
clause-personal_data = 각측은 리행에 필요한 개인정보만 쓰고 개인정보와 알아볼수 있는 얼굴영상을 공개하지 않으며 쓴 다음 제때에 삭제한다.
clause-term = 본 협의서는 { $from }부터 { $until }까지 유효하다.
clause-delivery = 리행은 제공측이 등록하고 받는측이 열근무일안에 확인한다. 기한이 지나도록 확인하지 않은것은 확인한것으로 보지 않는다.
clause-review = 각측은 분기마다 프로젝트에 대하여 쌍방향평의를 하며 개인을 평가하지 않는다.
clause-change = 변경은 각측이 일치하여 다시 서명하여야 한다. 회의의 위임범위를 벗어난것은 련석회의에 다시 제출한다.
clause-termination = 어느 측이든 { $days }일전에 서면으로 다른 측에 통지하고 본 협의서를 종료할수 있다. 이미 기한이 된 의무는 먼저 리행한다.
clause-dispute = 분쟁이 있으면 먼저 련석회의가 조정하고 조정되지 않으면 각측은 법에 따라 해결할수 있다.
clause-signatures = 각측은 등록된 서명자가 본인의 서명열쇠로 서명하며 마지막 측이 서명한 날부터 효력이 발생한다. 기한의 시작일이 그 뒤이면 시작일부터 효력이 발생한다.
clause-copies = 본 협의서는 { $copies }부로 하여 각측이 한부씩 가지고 가두가 한부를 보존한다. 전자본문과 종이본문은 내용이 같으며 동등한 효력을 가진다.
