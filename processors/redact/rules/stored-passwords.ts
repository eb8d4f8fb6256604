// Passwords where programs keep them: files of names and passwords, hashes of passwords, challenges that were answered.

import { isStandIn } from './assigned-value.ts'
import type { Rule } from '../rule.ts'

const isReal = (match: string): boolean => !isStandIn(match)

export const storedPasswordRules: readonly Rule[] = [
  {
    id: 'netrc',
    finds: 'secret',
    keywords: ['login '],
    pattern: /\blogin\s{1,20}\S{1,100}\s{1,20}password\s{1,20}(?<s>[^\s"']{3,200})/gi,
    valid: isReal,
    examples: {
      finds: ['machine api.example.com login app password hunter2', 'machine git.example.com\n  login app\n  password 0a1b2c3d'],
      ignores: ['login with password required', 'the login page password required'],
    },
  },
  {
    id: 'pgpass',
    finds: 'secret',
    keywords: [':5432:', ':*:', ':6432:', ':5433:'],
    pattern: /(?:^|\n)[\w.*-]{1,100}:(?:[0-9]{4,5}|\*):[\w*-]{1,60}:[\w.@*-]{1,60}:(?<s>[^\s:]{3,100})(?:\r?\n|$)/g,
    valid: isReal,
    examples: { finds: ['db.example.com:5432:shop:app:hunter2', '*:*:*:app:hunter2\n'], ignores: ['db.example.com:5432:shop', 'listening on 0.0.0.0:5432:tcp'] },
  },
  {
    id: 'password_hash',
    finds: 'secret',
    keywords: ['$1$', '$2a$', '$2b$', '$2x$', '$2y$', '$5$', '$6$', '$7$', '$8$', '$9$', '$y$', '$gy$', '$apr1$', '$argon2', '$krb5', '$scrypt$', '$pbkdf2', '$p$', '$h$', '$s$', '$sha1$', '$dcc2$', 'pbkdf2_sha', 'bcrypt_sha', '{ssha', '{sha'],
    pattern: /\$(?:[1256789]|2[abxy]|g?y|apr1|argon2(?:id|i|d)|krb5[a-z0-9]{2,10}|scrypt|pbkdf2[\w-]{0,16}|[PHS]|sha1|DCC2)\$(?:[\w.,=@:*/+#-]{1,200}\$){0,5}[A-Za-z0-9./+=]{20,1000}|\b(?:pbkdf2_sha|bcrypt_sha)[0-9]{1,3}\$[\w$./+=]{20,300}|\{S?SHA(?:256|512)?\}[A-Za-z0-9+/=]{20,120}/g,
    examples: {
      finds: [
        `$2b$12$${'Ex4mpleEx4mple'.repeat(4).slice(0, 53)}`, 'root:$6$saltsalt$' + 'Ex4mple./'.repeat(9) + ':19000:0:99999:7:::', 'app:$apr1$saltsalt$Ex4mpleEx4mpleEx4mple.', '$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$RXg0bXBsZUV4NG1wbGVFeDRtcGxl',
        'pbkdf2_sha256$600000$salt$RXg0bXBsZUV4NG1wbGVFeDRtcGxl', '{SSHA}RXg0bXBsZUV4NG1wbGVFeDRtcGxl',
      ],
      ignores: ['costs $5$ or $6$', 'echo $1$2$3', '{SHA}', 'awk {print $1} $2a$'],
    },
  },
  {
    id: 'ntlm_response',
    finds: 'secret',
    keywords: ['::'],
    pattern: /::[\w.-]{0,40}:(?<s>[0-9a-fA-F]{16}:[0-9a-fA-F]{32,}:[0-9a-fA-F]{4,}|[0-9a-fA-F]{48}:[0-9a-fA-F]{48}:[0-9a-fA-F]{16})/g,
    examples: { finds: [`admin::N46iSNekpT:08ca45b7d7ea58ee:${'88dcbe44'.repeat(4)}:0101000000000000`], ignores: ['std::string::npos', '2001:db8::1:0:0:1'] },
  },
  {
    id: 'vault_text',
    finds: 'secret',
    keywords: ['$ansible_vault'],
    pattern: /\$ANSIBLE_VAULT;[0-9.]{1,5};[A-Z0-9]{3,10}[^\n\\]{0,60}(?:\n|\\n)(?<s>[0-9a-f\s\\n]{20,})/g,
    examples: { finds: ['$ANSIBLE_VAULT;1.1;AES256\n3132333435363738396131326162\n61626364'], ignores: ['$ANSIBLE_VAULT;1.1;AES256 is the header'] },
  },
]
