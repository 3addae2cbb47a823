import type { ASKED as ENGLISH } from '../en/asked.ts'
import type { FaultWords } from '../catalog.ts'

const DEFECT = 'هذا خلل في Triode: نرجو الإبلاغ عنه.'
const OWN_MISTAKE = ['طلبت الصفحة من الجهاز شيئًا لا يفعله.', DEFECT] as const

export const ASKED: Readonly<Record<keyof typeof ENGLISH, FaultWords>> = {
  'not-found': [
    '{of, select, message {لا توجد هذه الرسالة هنا.} mentioned {أحد من ذكرتهم لا يقرأ هذه المحادثة.} file {لا يوجد هذا الملف هنا.} invitation {لا توجد هذه الدعوة.} device {ليس لديك جهاز كهذا.} act {لم يعد شيء كهذا ينتظر الموافقة.} circle {لا توجد دائرة باسم «{name}».} member {لا يوجد عضو باسم «{name}».} conversation {لا توجد محادثة باسم «{name}».} other {لا يوجد هذا هنا.}}',
    '{of, select, mentioned {اذكر من يقرؤها فقط.} other {ربما حُذف أو انتهت مدته.}}',
  ],
  ambiguous: ['ينطبق هذا على أكثر من واحد: {found}.', 'اختر واحدًا منها من القائمة.'],
  'not-allowed': [
    '{of, select, role {{role, select, owner {لا يجوز هذا لأحد هنا، ولا للمالكين.} admin {دورك، مشرف، لا يسمح بهذا.} member {دورك، عضو، لا يسمح بهذا.} guest {دورك، ضيف، لا يسمح بهذا.} keeper {دور هذا الجهاز، حافظ، لا يسمح بهذا.} other {دورك لا يسمح بهذا.}}} write {لا يجوز لهذا الجهاز أن يكتب في هذه المحادثة.} own_device {هذا جهازك أنت.} line {هذا السطر يخبر بتغيير: لا يمكن لأحد التفاعل معه أو تعديله أو حذفه.} not_yours {لا يغيّر الرسالة إلا كاتبها.} author_may_change_room {لا يغيّر من في الغرفة إلا من هو فيها وقد أنشأها أو كان مالكًا أو مشرفًا.} signer_is_member {لم تعد عضوًا في هذه الدائرة.} other {هذا غير مسموح هنا.}}',
    '{of, select, own_device {اختر عضوًا آخر.} line {اختر رسالة كتبها أحدهم.} not_yours {اطلب ذلك من كاتبها، أو رد عليها.} author_may_change_room {اطلب ذلك ممن أنشأ الغرفة.} signer_is_member {اطلب دعوة جديدة.} other {اطلب ذلك من أحد مالكي الدائرة.}}',
  ],
  'bad-input': [
    '{of, select, long {ما أُدخل أطول من اللازم: الحد الأقصى لعدد الأحرف هو {most, number}.} short {ما أُدخل أقصر من اللازم.} other {لا يقبل الجهاز ما أُدخل.}}',
    'غيّره ثم حاول مرة أخرى.',
  ],
  'name-invalid': ['لا يصلح هذا اسمًا: إنه فارغ أو أطول من اللازم.', 'اختر اسمًا آخر.'],
  'address-malformed': [
    '{of, select, tor {هذا ليس عنوان خدمة onion.} dht {هذا ليس عنوانًا في DHT.} other {هذا ليس عنوانًا.}}',
    '{of, select, tor {انسخه كاملًا كما أُعطي لك.} dht {انسخه كاملًا كما أُعطي لك.} other {اكتبه مضيفًا ومنفذًا، مثل 192.0.2.7:4000.}}',
  ],
  'emoji-invalid': ['التفاعل رمز تعبيري واحد.', 'اختر رمزًا تعبيريًا واحدًا.'],
  canceled: ['أُلغي ذلك.', 'أرسله أو اجلبه مرة أخرى إن كان الإلغاء خطأً.'],
  'limit-out-of-range': ['لا يمكن أن تضم الصفحة هذا العدد من الأسطر.', DEFECT],
  'record-too-large': ['هذا أكثر مما يسعه قيد واحد.', 'اختصره.'],
  'range-not-satisfiable': ['ليس في الملف هذا الجزء.', 'افتحه من جديد.'],
  'setting-out-of-range': ['لا يأخذ هذا الإعداد هذه القيمة.', 'اختر قيمة من المعروضة.'],
  'suite-unknown': ['لا يعرف هذا الإصدار تشفير تلك الدائرة.', 'استعمل الإصدار الذي لدى من دعاك.'],
  'wrong-suite': ['الدعوة لدائرة بتشفير آخر.', 'اطلب دعوة جديدة.'],
  'text-empty': ['النص فارغ.', 'اكتب شيئًا.'],
  'text-malformed': ['في النص نصف حرف.', 'اكتبه من جديد.'],
  'text-too-long': [
    '{of, select, message {الرسالة أطول من {most, number} بايت.} draft {المسودة أطول من {most, number} بايت.} beside_files {النص أطول من اللازم إلى جانب ملفات رسالته.} other {النص أطول من اللازم.}}',
    '{of, select, beside_files {أرسل النص والملفات في رسائل منفصلة.} other {أرسله على أجزاء أو في ملف.}}',
  ],
  'entry-too-long': ['الرسالة أطول من اللازم.', 'أرسلها على أجزاء أو في ملف.'],
  'timer-out-of-range': ['لا يمكن أن تبقى رسالة هذه المدة، فهي أطول أو أقصر من اللازم.', 'اختر مدة أخرى.'],
  'too-many-mentions': ['يذكر النص عددًا كبيرًا من الأعضاء.', 'اذكر عددًا أقل.'],
  'duration-out-of-range': ['لا يمكن أن يُقفل الجهاز بعد هذه المدة.', 'اختر مدة أخرى.'],
  'passphrase-weak': [
    '{of, select, short {الحد الأدنى لعدد أحرف عبارة المرور هو {least, number}.} other {عبارة المرور فارغة.}}',
    'استعمل خمس كلمات عشوائية أو أكثر.',
  ],
  'passphrase-too-long': ['الحد الأقصى لعدد أحرف عبارة المرور هو {most, number}.', 'اختر عبارة أقصر.'],
  'wrong-passphrase': [
    '{of, select, backup {هذه ليست عبارة مرور هذه النسخة.} other {هذه ليست عبارة مرور هذه الخزنة.}}',
    '{of, select, backup {حاول مرة أخرى؛ إنها العبارة التي كانت للخزنة حين أُنشئت النسخة، ما لم تُعطَ النسخة عبارة خاصة بها.} other {{seconds, plural, =0 {حاول مرة أخرى، وانتبه إلى مفتاح الأحرف الكبيرة وتخطيط لوحة المفاتيح.} zero {حاول مرة أخرى، وانتبه إلى مفتاح الأحرف الكبيرة وتخطيط لوحة المفاتيح.} one {انتظر ثانية واحدة ثم حاول مرة أخرى، وانتبه إلى مفتاح الأحرف الكبيرة وتخطيط لوحة المفاتيح.} two {انتظر ثانيتين ثم حاول مرة أخرى، وانتبه إلى مفتاح الأحرف الكبيرة وتخطيط لوحة المفاتيح.} few {انتظر # ثوانٍ ثم حاول مرة أخرى، وانتبه إلى مفتاح الأحرف الكبيرة وتخطيط لوحة المفاتيح.} many {انتظر # ثانية ثم حاول مرة أخرى، وانتبه إلى مفتاح الأحرف الكبيرة وتخطيط لوحة المفاتيح.} other {انتظر # ثانية ثم حاول مرة أخرى، وانتبه إلى مفتاح الأحرف الكبيرة وتخطيط لوحة المفاتيح.}}}}',
  ],
  'passphrase-delayed': [
    'أُدخلت عبارات مرور خاطئة مرات كثيرة.',
    '{seconds, plural, zero {يمكن أن تحاول الآن.} one {تمكن المحاولة التالية بعد ثانية واحدة.} two {تمكن المحاولة التالية بعد ثانيتين.} few {تمكن المحاولة التالية بعد # ثوانٍ.} many {تمكن المحاولة التالية بعد # ثانية.} other {تمكن المحاولة التالية بعد # ثانية.}}',
  ],
  'dht-node-malformed': [
    'هذه ليست عقدة يمكن البدء منها في DHT.',
    'اكتبها عنوان IPv4 ومنفذ UDP، مثل 192.0.2.1:49737.',
  ],
  'too-many-nodes': ['هذه عُقد أكثر مما يفيد.', 'اذكر {most, number} على الأكثر؛ وتكفي عقدة واحدة تجيب.'],
  'channel-unknown': ['لا توجد قناة باسم «{name}».', DEFECT],
  'channel-option': ['هذه الإعدادات لقناة أخرى.', DEFECT],
  'channel-untold': ['تُظهر هذه القناة شيئًا للآخرين، ولم يُقل لك ما هو.', 'اقرأ ما تُظهره ثم شغّلها.'],
  'audit-head-malformed': ['هذا ليس رأس سجل تدقيق.', 'انسخه كما يظهر: رقم ثم نقطتان ثم أحرف.'],
  'audit-head-pruned': [
    'أُزيلت القيود حتى {seq, number}، فلا تمكن مقارنة رأس أقدم منها.',
    'قارن برأس دُوّن لاحقًا، أو بتصدير من ذلك الوقت.',
  ],
  'audit-damaged': [
    'سجل التدقيق غير سليم عند القيد {seq, number}: {damage, select, head_missing {قيد رأسه مفقود أو لا يُقرأ} record_missing {قيد مفقود} record_changed {قيد غُيّر أو نُقل أو استُبدل} record_unexpected {هناك قيد حيث لا يجوز أن يكون} head_differs {السلسلة لا تؤدي إلى بصمة رأسها} checkpoint_differs {أقدم القيود مفقودة، ولا قيد يذكر إزالتها} log_broken {وُجد السجل مفقودًا أو تالفًا عند فتح القفل، وبدأ هنا من جديد} set_back {ليس فيه الرأس الذي دُوّن: أُعيد إلى حال أقدم أو استُبدل} line_malformed {سطر من التصدير معطوب} file_cut {ينتهي التصدير قبل أوانه} signature_invalid {توقيع التصدير غير صحيح} other {غُيّر السجل}}.',
    'احتفظ بنسخة من مجلد البيانات كما هو، وابحث عمن كان يستطيع الكتابة فيه.',
  ],
  'kind-unknown': OWN_MISTAKE,
  'no-such-path': OWN_MISTAKE,
  'no-such-method': OWN_MISTAKE,
  'no-session': OWN_MISTAKE,
  'body-not-json': OWN_MISTAKE,
  'body-is-form': OWN_MISTAKE,
  'body-too-large': ['هذا أكثر مما يقبله الجهاز دفعة واحدة.', 'أرسل أقل في كل مرة.'],
  'body-cut': ['لم يصل كل شيء إلى الجهاز.', 'حاول مرة أخرى.'],
  'vault-not-locked': ['الخزنة مفتوحة من قبل، أو مغلقة.', 'اقفلها أولًا.'],
  'acceptor-cannot-open': OWN_MISTAKE,
  'attachment-invalid': OWN_MISTAKE,
  'base32-malformed': OWN_MISTAKE,
  'channel-started': OWN_MISTAKE,
  'chunk-misplaced': OWN_MISTAKE,
  'entry-malformed': OWN_MISTAKE,
  'folder-invalid': OWN_MISTAKE,
  'knock-malformed': OWN_MISTAKE,
  'media-type-invalid': OWN_MISTAKE,
  'name-malformed': OWN_MISTAKE,
  'path-malformed': OWN_MISTAKE,
  'range-wrong': OWN_MISTAKE,
  'service-malformed': OWN_MISTAKE,
  'too-many-names': OWN_MISTAKE,
}
