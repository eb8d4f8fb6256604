// Secrets on command lines and in the calls that open a connection.

import { lookOf } from '../language.ts'
import { isStandIn } from './assigned-value.ts'
import type { Place, Rule } from '../rule.ts'

const isReal = (match: string): boolean => !isStandIn(match)

export const commandRules: readonly Rule[] = [
  {
    id: 'command_credentials',
    finds: 'secret',
    keywords: [' -u ', '--user ', '--user=', '--proxy-user', " -u'", ' -u"'],
    pattern: /\s(?:-u|--user|--proxy-user)[ =]?["']?[^\s"':$]{1,100}:(?<s>[^\s"':@]{3,200})/g,
    valid: (match, place) => isReal(match) && !/^\d+$/.test(match) && /curl|wget|http/i.test(place.text.slice(Math.max(0, place.start - 400), place.end + 400)),
    examples: {
      finds: ['curl -u app:hunter2 https://example.com/', 'curl --user "app:hunter2" -X POST https://example.com/'],
      ignores: ['docker run -u 1000:1000 nginx', 'curl -u "$USER:$PASSWORD" https://example.com/', 'chown --user root:root /srv'],
    },
  },
  {
    id: 'command_password',
    finds: 'secret',
    keywords: [' -p', 'sshpass'],
    pattern: /(?:\s-{1,2}(?:u|U|user|username)[ =]?["']?[^\s"']{1,100}["']?\s{1,3}|\bsshpass\s{1,3})-[pP][ =]?["']?(?<s>[^\s"'$-][^\s"']{2,100})/g,
    valid: isCommandPassword,
    examples: {
      finds: ['psexec \\\\host -u Administrator -p hunter2 cmd', 'mysql -u root -phunter2 shop', 'sqlcmd -S db -U sa -P hunter2', "sshpass -p 'hunter2' ssh app@db"],
      ignores: ['psql -U app -p 5432 shop', 'ssh -p 2222 host', 'psexec -u Administrator -p $Password cmd', 'mysql -u root -p shop', 'pg_dump -U app -port 5432'],
    },
  },
  {
    id: 'secure_string',
    finds: 'secret',
    keywords: ['convertto-securestring'],
    pattern: /convertto-securestring\s{1,3}(?:-string\s{1,3})?["'](?<s>[^"'\n]{3,200})["']/gi,
    valid: isReal,
    examples: { finds: ['ConvertTo-SecureString "hunter2" -AsPlainText -Force', "ConvertTo-SecureString -String 'hunter2' -AsPlainText"], ignores: ['ConvertTo-SecureString $password', 'ConvertTo-SecureString "$env:PASSWORD"'] },
  },
  {
    id: 'client_argument',
    finds: 'secret',
    keywords: ['client("', "client('", 'api("', "api('", 'sdk("', "sdk('", '.login("', ".login('", 'initialize("', "initialize('", 'configure("', "configure('", '.auth("', ".auth('", 'authenticate("', "authenticate('", 'init("', "init('"],
    pattern: /(?:client|api|sdk|login|initialize|configure|auth|authenticate|init)\(["'](?<s>[A-Za-z0-9_.+/=~-]{20,400})["']/gi,
    valid: (match) => lookOf(match) !== 'written' && lookOf(match) !== 'uuid' && isReal(match),
    examples: {
      finds: ['const shop = new ShopClient("7Hq2mX9vLp4Rt8Wz1Kc6Bn")', "bot.login('7Hq2mX9vLp4Rt8Wz1Kc6Bn.a1B2c3')"],
      ignores: ['new HttpClient("https://example.com/a1b2c3d4e5f6")', 'initialize("application-settings-view")', 'client("123e4567-e89b-12d3-a456-426614174000")'],
    },
  },
]

/** `-p 5432` is a port, `-profile` another option, and `mysql -p shop` asks for the password of a user of `shop`. */
function isCommandPassword(match: string, place: Place): boolean {
  if (isStandIn(match) || /^(?:\d{1,5}|assword.*|ort.*|rofile.*|rint.*|ath.*)$/.test(match)) return false
  return place.text[place.start - 1] !== ' ' || !/\b(?:mysql|mariadb)/.test(place.text.slice(Math.max(0, place.start - 200), place.start))
}
