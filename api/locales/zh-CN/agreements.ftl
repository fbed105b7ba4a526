agreement-state-draft = 起草中
agreement-state-open = 协商签署中
agreement-state-signed = 已签署待生效
agreement-state-in_force = 履行中
agreement-state-completed = 已完成
agreement-state-expired = 到期未结
agreement-state-declined = 未达成
agreement-state-withdrawn = 已撤回
agreement-state-lapsed = 逾期未签

problem-agreement-state = 协议现在是“{ $state ->
        *[open] 协商签署中
         [signed] 已签署待生效
         [in_force] 履行中
         [completed] 已完成
         [expired] 到期未结
         [declined] 未达成
         [withdrawn] 已撤回
         [lapsed] 逾期未签
    }”，不能办理这一步
problem-agreement-state-action = 请打开协议查看最新情况。
problem-version-superseded = 此协议已被修改为第 { $current } 版，您签的是旧版
problem-version-superseded-action = 请打开最新版，阅读后重新签署。
problem-already-signed = 本单位已经签署了这一版
problem-already-signed-action = 不需要再签；可打开协议查看签名记录。
problem-prior-mismatch = 您打开页面后，其他方又签了名
problem-prior-mismatch-action = 请重新打开协议，看过最新情况再办理。
problem-checkpoint-unknown = 签名所依据的日志检查点不是本系统公布的
problem-checkpoint-unknown-action = 请刷新签署页面后重新签署。
problem-nonce-used = 这个签名已经提交过
problem-nonce-used-action = 请刷新签署页面后重新签署。
problem-signer-not-allowed = 这把签名密钥不属于所代表的一方
problem-signer-not-allowed-action = 请由该方登记过密钥的签署人签署。
problem-intent-not-allowed = 签名的用途与所办的事不符
problem-intent-not-allowed-action = 请从对应的页面重新签署。
problem-signature-invalid = 签名不成立
problem-signature-invalid-action = 请刷新签署页面，用已登记的密钥重新签署；协议没有任何改变。
problem-signature-expired = 签名已超过有效时间
problem-signature-expired-action = 请重新打开签署页面，签名后十五分钟内提交。
problem-credential-unknown = 没有登记过这把签名密钥
problem-credential-unknown-action = 请先在“我的签名密钥”页面生成密钥，并请街道干部当面核验。
problem-credential-revoked = 这把签名密钥已吊销或不在有效期内
problem-credential-revoked-action = 请生成新的密钥，并请街道干部当面核验。
problem-draft-closed = 这份草稿已经送签或已撤销
problem-draft-closed-action = 请在协议列表中查看。
problem-document-invalid = 协议内容有误
problem-document-invalid-action = 请更正所列各处后重新提交。
problem-agreement-one-sided = 协议不是双向服务
problem-agreement-one-sided-action = 请让每一方既有付出、也有得到。
problem-payload-not-canonical = 提交的协议文本不是规范形式
problem-payload-not-canonical-action = 请按接口文档以规范形式（RFC 8785）重新生成并签名。
problem-beyond-mandate = 修改超出了联席会议授权的范围
problem-beyond-mandate-action = 请在授权范围内修改，或请街道把协议重新提交会议。

fault-wrong-type = 内容的类型不对
fault-unknown-member = 不认识的内容
fault-list-length = 共 { $value } 项，应为 { $min } 到 { $max } 项
fault-not-an-id = “{ $value }”不是有效的编号
fault-not-a-hash = “{ $value }”不是有效的校验值
fault-kind-for-version = 第一版应为原件，以后各版应为修改
fault-previous-for-version = 除第一版外，都要写明前一版的校验值
fault-base-not-null = 签署前的版本没有所依据的生效版本
fault-until-before-from = 结束日期早于开始日期
fault-term-too-long = 期限太长
fault-sign-by-after-term = 签署期限晚于协议结束日期
fault-given-twice = 重复了
fault-credit-code = 统一社会信用代码“{ $value }”校验不符
fault-one-side-only = 至少有一方为社区（街道）、一方为单位
fault-ref-order = “{ $value }”应为 { $expected }
fault-unknown-party = 协议中没有“{ $value }”这一方
fault-owes-itself = 不能对自己承担义务
fault-sum-mismatch = 数量 { $value } 与分期合计 { $sum } 不一致
fault-outside-term = 超出协议期限
fault-due-overlap = 分期应按先后排列，互不重叠
fault-no-termination-clause = 必须有一条终止条款
fault-personal-number = 公开文字中不能写手机号或身份证号
fault-only-gives = { $party }只有付出没有得到，不符合双向服务
fault-only-gets = { $party }只有得到没有付出，不符合双向服务
fault-neither-gives-nor-gets = { $party }既没有付出也没有得到，不符合双向服务
fault-not-the-next-version = 与前一版不衔接，这一处不能改
fault-beyond-mandate = 数量 { $value } 超出授权范围（{ $min } 到 { $max }）

clause-title = { $parties }共建协议
clause-meeting = { $street }第{ $no }次党建联席会议
clause-place = （地点：{ $place }）
clause-times = （时间：{ $times }）
clause-acceptance = 提供方登记，接受方十个工作日内确认
clause-contact = 联系人
clause-party-1 = 甲方
clause-party-2 = 乙方
clause-party-3 = 丙方
clause-party-4 = 丁方
clause-party-5 = 戊方
clause-party-6 = 己方
clause-party-7 = 庚方
clause-party-8 = 辛方
clause-party-9 = 壬方
clause-party-10 = 癸方
clause-party-11 = 第十一方
clause-party-12 = 第十二方
clause-party = { $letter }（{ $side }）：{ $name }
clause-party-code = ，统一社会信用代码{ $code }
clause-party-address = ，地址{ $address }
clause-parties = { $parties }。
clause-basis = 依据{ $held }召开的{ $meeting }审议通过的第{ $item }项议题，经各方协商一致，订立本协议。
clause-purpose = 各方围绕{ $areas }对接资源与需求，开展双向服务，实现共赢。
clause-mode = 以{ $mode }方式开展共建。
clause-obligations = 各方提供和接受的服务、数量、分期和验收方式，见本协议义务清单。
clause-non_monetary = 各方以服务和设施履约，不收取、不支付现金和卡券，不摊派费用。
clause-safety = 提供方负责场地与人员安全，活动前明确现场负责人、保险和应急安排；涉及未成年人、食品的，依法办理。
clause-personal_data = 各方仅为履约使用必要的个人信息，不公开个人信息和可辨认的面部影像，用后及时删除。
clause-term = 本协议自{ $from }起至{ $until }止。
clause-delivery = 履约由提供方登记，接受方在十个工作日内确认；逾期未确认的，不视为已确认。
clause-review = 各方每季度对项目进行双向评议，不评价个人。
clause-change = 变更须各方一致并重新签署；超出会议授权范围的，重新提交联席会议。
clause-termination = 任何一方可提前{ $days }日书面通知其他各方终止本协议；已到期的义务应先履行。
clause-dispute = 有争议的，先由联席会议协调；协调不成的，各方可依法解决。
clause-signatures = 各方由登记的签署人以本人的签名密钥签署，自最后一方签署之日起生效；期限起始日在其后的，自起始日起生效。
clause-copies = 本协议一式{ $copies }份，各方各执一份，街道存档一份；电子文本与纸质文本内容一致，具有同等效力。
