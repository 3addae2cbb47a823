import type { WAYS as ENGLISH } from '../en/ways.ts'
import type { FaultWords } from '../catalog.ts'

const AGAIN = 'تُعاد المحاولة تلقائيًا؛ انظر هل الجهاز الآخر مشغّل ويمكن الوصول إليه.'
const BY_ITSELF = 'لم يضِع شيء؛ يستمر ذلك تلقائيًا.'
const LATER = 'حاول مرة أخرى لاحقًا.'
const PEER_RUNS = 'يجب أن يكون الجهاز الآخر مشغّلًا وأن تكون قناة Tor مفعّلة فيه.'

export const WAYS: Readonly<Record<keyof typeof ENGLISH, FaultWords>> = {
  unreachable: ['لا أحد يجيب هناك.', AGAIN],
  'no-address': ['لا عنوان معروفًا لذلك الجهاز.', AGAIN],
  'no-channel': ['لا قناة عاملة تؤدي إلى هناك.', 'انظر «القنوات» في الإعدادات.'],
  'channel-failed': ['تعذّر تشغيل قناة.', 'انظر «القنوات» في الإعدادات.'],
  'channel-off': ['القناة متوقفة.', 'شغّلها من «القنوات» في الإعدادات.'],
  'frame-failed': ['تعذّر الآن التعامل مع شيء أرسله جهاز آخر.', BY_ITSELF],
  'handshake-timeout': ['لم يتكلم الطرف الآخر في الوقت المناسب.', AGAIN],
  'link-broken': ['انقطع الاتصال.', AGAIN],
  'link-stuck': ['لم يعد الجهاز الآخر يقبل شيئًا.', AGAIN],
  'not-a-member': ['ذلك الجهاز ليس في الدائرة.', 'لا يلزم شيء، إلا إن كان يجب أن يكون فيها.'],
  'address-gone': ['غادر هذا الحاسوب الشبكة التي كان يصل عبرها إلى الجهاز الآخر.', AGAIN],
  'peer-silent': ['صمت الجهاز الآخر.', AGAIN],
  'stream-cut': ['قُطع التبادل.', AGAIN],
  'timed-out': ['لم يجب الجهاز الآخر في الوقت المناسب.', AGAIN],
  'too-many-guests': ['يتصل عدد كبير بدعوات في الوقت نفسه.', LATER],
  'too-many-links': ['بلغ عدد الاتصالات الحد المسموح.', LATER],
  'too-many-tunnels': ['للدائرة هنا أكبر عدد من الاتصالات يجوز لها.', BY_ITSELF],
  'tunnel-closed': ['الاتصال مغلق.', AGAIN],
  superseded: ['حلّ محله اتصال أحدث بالجهاز نفسه.', BY_ITSELF],
  'tor-gone': ['انتهى البرنامج tor.', 'يُشغَّل من جديد تلقائيًا خلال دقيقة.'],
  'tor-broken': ['قال البرنامج tor شيئًا غير مفهوم.', 'تأكد من أنه برنامج نظامك، الإصدار 0.4.7 أو أحدث.'],
  'tor-refused': ['رفض البرنامج tor ما طُلب منه ({code}).', 'تأكد من أنه الإصدار 0.4.7 أو أحدث.'],
  'key-refused': ['مفتاح خدمة onion تلك غير مناسب.', PEER_RUNS],
  'not-published': ['تعذّر العثور على خدمة onion تلك.', PEER_RUNS],
  'too-many-services': [
    'الحد الأقصى لخدمات onion المعروضة في وقت واحد هو {most, number}.',
    'ألغِ الدعوات التي لم تعد لازمة.',
  ],
}
