import type { DOCTOR as ENGLISH } from '../en/doctor.ts'

export const DOCTOR: Readonly<Record<keyof typeof ENGLISH, string>> = {
  'settings.diagnostics': 'التشخيص',
  'doctor.text':
    'أي الطرق إلى الآخرين تعمل، وأيها لا تعمل، ولماذا، وما العمل. يقول ما يعرفه هذا الجهاز أصلًا: لا يُسأل أحد.',
  'doctor.again': 'انظر من جديد',
  'doctor.good': 'لا خلل.',
  'doctor.troubles':
    '{count, plural, zero {لا شيء معطّل.} one {أمر واحد لا يعمل.} two {أمران لا يعملان.} few {# أمور لا تعمل.} many {# أمرًا لا تعمل.} other {# أمر لا تعمل.}}',
  'doctor.device': 'هذا الجهاز',
  'doctor.channels': 'القنوات',
  'doctor.circles': 'الدوائر',
  'doctor.to-channels': 'إلى القنوات',
  'doctor.works': 'يعمل',
  'doctor.off': 'متوقف',
  'doctor.fails': 'لا يعمل',

  'doctor.no-network': 'هذا الحاسوب ليس في أي شبكة الآن: لا يمكن الوصول إلى أحد.',
  'doctor.no-network.do': 'صِله بشبكة؛ يُلاحظ ذلك خلال ثوانٍ.',
  'doctor.nobody-far':
    'لا يمكن الوصول إلى أحد عن بُعد: لا يقبل أي عنوان عام من التي جرى الاتصال بها في الدقائق الأخيرة اتصالًا (اتُّصل بـ: {hosts, number}، رفض: {refused, number}، صامت: {silent, number}).',
  'doctor.nobody-far.do':
    'ربما هم غائبون. أو أن هذه الشبكة لا تُخرج شيئًا بعد: في فندق أو قطار أو مقهى افتح أي صفحة في المتصفح وسجّل الدخول. لا يسأل Triode أحدًا عن ذلك، ويتابع من تلقاء نفسه خلال ثوانٍ.',
  'doctor.no-channels': 'لا تعمل على هذا الجهاز أي قناة: لا يصل إلى أحد.',
  'doctor.no-channels.do': 'شغّل Triode من دون «--channels none».',
  'doctor.channel-works': 'تعمل.',
  'doctor.channel-short': 'تعمل، لكن ليس لكل شيء.',
  'doctor.channel-coming': 'لا تعمل بعد.',
  'doctor.channel-coming.do':
    'انظر من جديد بعد دقيقة. {channel, select, tor {إن بقي الأمر كذلك فقد يكون Tor محجوبًا هنا: اكتب جسورًا في ملف وشغّل Triode مع «--torrc FILE».} other {}}',
  'doctor.channel-off': 'متوقفة.',
  'doctor.channel-off.do': 'تُشغَّل من إعدادات القنوات، وهي تقول ما تُظهره ولمن.',
  'doctor.channel-failed': 'لا تعمل الآن.',
  'doctor.port-open': '{family}: يسمح جهاز التوجيه بدخول الاتصالات على {address} ({by}).',
  'doctor.port-needless': '{family}: لهذا الحاسوب نفسه عنوان عام.',
  'doctor.port-asking': '{family}: يُسأل جهاز التوجيه.',
  'doctor.port-failed': '{family}: لا تدخل أي اتصالات.',
  'doctor.circle-alone': 'لا يوجد جهاز آخر بعد.',
  'doctor.circle-reached': 'الأجهزة الأخرى التي يمكن الوصول إليها: {reached, number} من {others, number}.',
  'doctor.circle-handed-on': 'منها عبر جهاز آخر، وذلك أبطأ: {handedOn, number}.',
  'doctor.circle-handed-on.do':
    '{dht, select, off {القناة «عن بُعد، عبر أجهزة التوجيه»، إذا شُغّلت هنا وهناك، تعبر معظم أجهزة التوجيه.} other {لا يلزم عمل شيء. يُوصل إليها مباشرة حين يمكن الاتصال بأحد الطرفين: على عنوان عام، أو عبر جهاز توجيه يسمح بدخول الاتصالات.}}',
  'doctor.circle-keepers': 'الحافظون الذين يمكن الوصول إليهم: {reached, number} من {keepers, number}.',
  'doctor.circle-keepers-away':
    'لا يمكن الوصول إلى أي حافظ (عددهم: {keepers, number}): ما يُكتب ينتظر هنا من هم غائبون.',
  'doctor.circle-keepers-away.do':
    'انظر هل يعمل: على جهازه يقول http://127.0.0.1:8747/health ما ينقصه. وشاشة الدائرة تقول متى التقى هذا الجهاز بكل منهم آخر مرة.',
  'doctor.circle-keepers-full':
    'حافظون ليس لديهم مكان لمزيد مما لك: {full, number} من {reached, number}. ما لا يأخذونه ينتظر هنا.',
  'doctor.circle-keepers-full.do':
    'من يشغّل أحدهم يستطيع أن يعطيه أكثر («--member-mib» و«--capacity-mib») أو أن يحتفظ بالأشياء مدة أقصر؛ أو يُعيَّن حافظ آخر.',
  'doctor.circle-messages-missing':
    'تنقص رسائل هنا، في هذا العدد من المحادثات: {count, number}. وصلت إلى هذا الجهاز قبل استعادته، أو لم تصل قط، ولم تعد لدى الحافظين.',
  'doctor.circle-messages-missing.do':
    'تأتي من تلقاء نفسها من جهاز من كتبها، أو من جهاز أي أحد آخر يستطيع قراءتها، حين يكون الاثنان متصلين.',
  'doctor.circle-invitations-left-out':
    'الدعوات المفتوحة أكثر من اللازم: بهذا العدد منها لا يُعثر على هذا الجهاز من بعيد، ما لم يقد عنوان في الرابط إليه: {count, number}. يُعثر على أحدثها.',
  'doctor.circle-invitations-left-out.do': 'تُظهر شاشة الدائرة أيها، وتسحب ما لم يعد أحد يحتاج إليه.',
  'doctor.circle-unreached': 'لا يمكن الوصول إلى أي من الأجهزة الأخرى (عددها: {others, number}).',
  'doctor.circle-unreached.do':
    '{dht, select, off {ربما هم غائبون. وإلا: فالقناة «عن بُعد، عبر أجهزة التوجيه»، إذا شُغّلت هنا وهناك، تعبر معظم أجهزة التوجيه.} other {ربما هم غائبون. وإلا فيفيد جهاز من الدائرة يصل إليه الجميع: جهاز له عنوان عام ويدع الآخرين يبدؤون منه.}}',
  'doctor.circle-out':
    '{standing, select, removed {لا يمكن الوصول إلى أحد هناك: أُزلت.} suspended {لا يمكن الوصول إلى أحد هناك: أنت موقوف.} revoked {لا يمكن الوصول إلى أحد هناك: أُخرج هذا الجهاز.} left {لا يمكن الوصول إلى أحد هناك: غادرت.} other {لا يمكن الوصول إلى أحد هناك: أُنهيت الدائرة.}}',
  'doctor.circle-out.do': 'شاشة الدائرة تقول من فعل ذلك ومتى.',

  'why.cannot-listen': 'لا يمكنها الاستماع على {where}.',
  'why.cannot-listen.do': 'اختر منفذًا آخر، أو المنفذ 0 لأي منفذ حر.',
  'why.port-taken': 'منفذ تحتاج إليه ليس حرًا هنا ({what}، {error}).',
  'why.port-taken.do': 'أنهِ البرنامج الذي يشغله، أو استخدم قناة أخرى.',
  'why.no-network': 'هذا الحاسوب ليس في شبكة كهذه الآن.',
  'why.no-network.do': 'صِله بشبكة؛ يُلاحظ ذلك خلال ثوانٍ.',
  'why.nowhere-to-begin': 'لا تُعرف عقدة يُبدأ منها.',
  'why.nowhere-to-begin.do':
    'دع الآخرين يبدؤون من جهاز في الدائرة له عنوان عام، أو سمِّ عقدة في إعدادات القنوات، أو اختر هناك العقد العامة.',
  'why.no-answer': 'لا تجيب أي عقدة.',
  'why.no-answer.do':
    'تجري المحاولة من جديد. إن دام ذلك فقد تحجب هذه الشبكة UDP: استخدم شبكة أخرى أو قناة أخرى.',
  'why.no-ipv4': 'هذه الشبكة تتكلم IPv6 وحده، وهذه القناة IPv4.',
  'why.no-ipv4.do': 'يُوصل إلى الآخرين مباشرة حيث يستمعون على IPv6، وعبر جهاز من الدائرة له كلاهما.',
  'why.not-called-yet':
    'لا يُعرف بعد هل يستطيع الآخرون أن يبدؤوا من {where}: لم يتصل به أحد من تلقاء نفسه بعد.',
  'why.not-called-yet.do':
    'إن دام ذلك مع أن آخرين يبدؤون منه فاسمح في الجدار الناري وجهاز التوجيه لهذا الحاسوب بدخول منافذ UDP من {from} إلى {to}. يُلاحظ أول اتصال من تلقاء نفسه.',
  'why.router-randomizes':
    'يأخذ جهاز التوجيه هنا منفذًا آخر لكل اتصال: من كانا خلف أجهزة كهذه لا يصل أحدهما إلى الآخر.',
  'why.router-randomizes.do': 'يُوصل إليهم عبر جهاز من الدائرة، ومباشرة حيث يمكن الاتصال بأحد الطرفين.',
  'why.not-loadable': 'ما صُنعت منه هذه القناة لا يمكن تحميله على هذا الحاسوب ({error}).',
  'why.not-loadable.do': 'تعمل على Linux وmacOS وWindows على معالجات x64 وarm64. استخدم هنا قناة أخرى.',
  'why.tor-connecting': 'يتصل Tor بشبكته: {percent, number} ٪.',
  'why.tor-learning': 'يُخبَر Tor بدوائرك.',
  'why.tor-not-installed': 'البرنامج tor غير مثبّت.',
  'why.tor-not-installed.do': 'ثبّته، على Debian وUbuntu بالأمر «sudo apt install tor»: يُلاحظ ذلك خلال دقيقة.',
  'why.tor-not-started': 'تعذّر تشغيل البرنامج tor ({error}).',
  'why.tor-not-started.do': 'تأكد من أنه مثبّت، ومن أن اسمي مجلد Triode ومجلد الملفات المؤقتة بسيطان.',
  'why.tor-ended': 'انتهى البرنامج tor ({error}).',
  'why.tor-ended.do': 'يُشغَّل من جديد من تلقاء نفسه خلال دقيقة. إن استمر ذلك فراجع الإعدادات التي أُعطيت له.',
  'why.port-mapping-forbidden': 'تمنع دائرة لهذا الجهاز أن يسمح جهاز التوجيه بدخول الاتصالات.',
  'why.port-mapping-forbidden.do': 'يقرر ذلك مشرفوها بقاعدة من قواعد الدائرة. يُوصل إلى الأجهزة بقنوات أخرى.',
  'why.router-silent': 'لا يجيب جهاز التوجيه حين يُطلب منه السماح بدخول الاتصالات.',
  'why.router-silent.do':
    'شغّل UPnP أو NAT-PMP أو PCP في إعداداته، أو وجّه المنفذ هناك يدويًا؛ أو استغنِ عنه: القناة «عن بُعد، عبر أجهزة التوجيه» تعبر معظم أجهزة التوجيه.',
  'why.router-refused': 'يرفض جهاز التوجيه السماح بدخول الاتصالات.',
  'why.router-refused.do': 'اسمح بذلك لهذا الحاسوب في إعدادات جهاز التوجيه، أو وجّه المنفذ هناك يدويًا.',
  'why.router-offline': 'يقول جهاز التوجيه إنه بلا عنوان عام.',
  'why.router-offline.do':
    'انظر في خطه إلى المزوّد. إن كان يعمل فأمامه جهاز توجيه آخر: إن كان لك فدعه يمرّر كل شيء؛ وإن كان للمزوّد فاطلب عنوانًا عامًا أو IPv6.',
  'why.router-keeps-for-ever':
    'لا يفتح جهاز التوجيه المنافذ إلا للأبد: منفذ يتركه هذا الجهاز حين ينقطع يبقى مفتوحًا.',
  'why.router-keeps-for-ever.do': 'وجّه المنفذ يدويًا في إعدادات جهاز التوجيه، وأزله هناك من بعد.',
  'why.router-behind-another':
    'كان جهاز التوجيه ليفتح منفذًا، لكن عنوانه نفسه ليس عامًا: أمامه جهاز توجيه آخر.',
  'why.router-behind-another.do':
    'إن كان لك فدعه يمرّر كل شيء، أو اجعل أحد الاثنين جسرًا. وإن كان للمزوّد فاطلب عنوانًا عامًا أو IPv6؛ أو استخدم القناة «عن بُعد، عبر أجهزة التوجيه».',
  'why.no-router': 'لا يوجد جهاز توجيه يقود إلى الإنترنت عبر {family}.',
  'why.no-router.do':
    '{family, select, IPv6 {كثير من الشبكات بلا واحد؛ ويُسأل عن IPv4 من تلقاء نفسه.} other {صِل هذا الحاسوب بشبكة.}}',
  'why.router-unclear': 'يجيب جهاز التوجيه بما لا معنى له حين يُطلب منه السماح بدخول الاتصالات.',
  'why.router-unclear.do': 'وجّه المنفذ يدويًا في إعداداته.',
  'why.router-not-asked': 'تعذّر سؤال جهاز التوجيه.',
  'why.router-not-asked.do': 'وجّه المنفذ يدويًا في إعداداته.',
  'report.version': 'الإصدار والوقت',
  'report.system': 'نظام التشغيل',
  'report.process': 'قيد التشغيل',
  'report.device': 'الجهاز',
  'report.storage': 'التخزين',
  'report.channel': 'القناة: {name}',
  'report.circle': 'الدائرة {name}',
  'report.tunnel': 'اتصال: {name}',
  'report.warning': 'تحذير',
  'report.fault': 'خلل',
  'report.page': 'هذه الصفحة',
  'report.other': 'المزيد',
  'report.state':
    '{state, select, new {بلا خزنة} locked {مقفل} unlocked {مفتوح} off {متوقفة} starting {تبدأ} on {تعمل} failed {فشلت} active {أنت فيها} removed {أُخرجت منها} suspended {عضويتك موقوفة} revoked {أُخرج هذا الجهاز} dissolved {انتهت} left {غادرتها} dialed {بدأ من هنا} accepted {بدأ من هناك} none {لا شيء} other {{state}}}',
  'report.text': 'النص الذي يُسلَّم، بالإنجليزية',
}
