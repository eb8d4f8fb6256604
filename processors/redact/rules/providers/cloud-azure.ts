// Keys of Azure. The newer ones carry a signature in their middle by which a scanner knows them (microsoft/security-utilities, MIT);
// older ones are bare base64 or hex and are known by what stands before them.

import { named, patterned } from '../make.ts'
import { alnum, alphabet, base64, base64url, hex, lower } from '../secret.ts'
import type { Rule } from '../../rule.ts'

const run = (length: number): string => alphabet('A-Za-z0-9')(length).sample

/** Signature and what it stands for: storage, batch, Cosmos DB, service bus, event hub, relay, IoT, machine learning, cache, functions, event grid, API management, search, registry. */
const signatures = ['+ASt', '+ABa', 'ACDb', '+ASb', '+AEh', '+ARm', 'AIoT', '+AMC', 'AzCa', 'AzFu', 'AZEG', 'APIM', 'AzSe', '+ACR']

export const azureRules: readonly Rule[] = [
  patterned('azure_signed_key', signatures.map((signature) => signature.toLowerCase()),
    `(?:^|[^A-Za-z0-9+/_-])(?<s>[A-Za-z0-9+/_-]{33,76}(?:${signatures.map((s) => s.replace('+', '\\+')).join('|')})[A-Za-z0-9+/_-]{5,8}={0,2})(?:[^A-Za-z0-9+/=_-]|$)`,
    { finds: [`AccountKey=${run(76)}+ASt${run(6)}==;`, `key: ${run(42)}+ACR${run(6)}`, `code=${run(44)}AzFu${run(6)}==`], ignores: ['APIM', `a${run(120)}AIoT${run(6)}`] }),
  patterned('azure_ai_key', 'jqqj9', '\\b(?<s>[A-Za-z0-9]{52}JQQJ9[0-9A-Za-z]{27})\\b', { finds: [`key=${run(52)}JQQJ99${run(26)}`], ignores: ['JQQJ99'] }),
  patterned('azure_devops_token', 'azdo', '\\b(?<s>[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4,5})\\b', { finds: [`pat ${run(76)}AZDO${run(4)}`], ignores: ['AZDO_PIPELINE'] }),
  named('azure_devops_key', ['azure_devops', 'ado_pat', 'ado_token', 'azdo', 'vsts', 'dev.azure.com', 'visualstudio.com', 'system_accesstoken', 'personal_access_token', 'pat_token'], lower(52)),
  patterned('azure_client_secret', ['0q~', '1q~', '2q~', '3q~', '4q~', '5q~', '6q~', '7q~', '8q~', '9q~'],
    '(?:^|[^A-Za-z0-9_~.-])(?<s>[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34})', { finds: [`secret=ex48Q~${run(34)}`], ignores: ['8Q~'] }),
  named('azure_client_key', ['azure', 'azuread', 'arm_client', 'entra', 'aad_client', 'aad_app', 'aad_secret', 'microsoftidentity'], alphabet('A-Za-z0-9_~.+/@-', '={0,2}')(32, 44), { strict: true }),
  named('azure_account_key', ['account_key', 'storage_key', 'storage_account', 'azure', 'cosmos', 'batch', 'documentdb', 'shared_access_key', 'primary_key', 'secondary_key', 'master_key'], alphabet('A-Za-z0-9+/', '==')(86)),
  named('azure_shared_access_key', ['shared_access_key', 'shared_secret_value', 'access_key', 'servicebus.windows.net', 'event_grid', 'aeg-sas-key', 'aeg_sas', 'notification_hub', 'hub_access_key', 'hub_key'],
    alphabet('A-Za-z0-9+/', '=')(43), { strict: true }),
  named('azure_endpoint_key', ['service.signalr.net', 'webpubsub.azure.com', 'communication.azure.com', 'azconfig.io', 'servicebus.windows.net'], base64(36, 120), { reach: 120, strict: true }),
  named('azure_service_key', ['azure', 'cognitive', 'ocp_apim', 'apim', 'speech', 'translator', 'spatial_anchors', 'mixed_reality', 'remote_rendering', 'bing_search', 'computer_vision', 'form_recognizer', 'document_intelligence'], hex(32), { strict: true }),
  named('azure_search_key', 'azure', alnum(52), { strict: true }),
  named('azure_maps_key', ['azure_maps', 'atlas.microsoft.com'], base64url(43, 44), { strict: true }),
  named('azure_function_key', ['azurewebsites.net', 'x-functions-key', 'function_key', 'azure_function', 'host_key'], alphabet('A-Za-z0-9_/+-', '={0,2}')(40, 100)),
  patterned('azure_sas_signature', ['&sig=', '?sig=', ';sig='], '[&?;][sS]ig=(?<s>[A-Za-z0-9%+/_-]{40,120}={0,2})',
    { finds: [`https://example.blob.core.windows.net/a?sv=2024-01-01&sig=${run(40)}%2Bab%3D&se=x`], ignores: ['?sig=none'] }),
  patterned('azure_sql_password', 'database.windows.net', 'database\\.windows\\.net[\\s\\S]{0,200}?[;"](?:[pP]assword|[pP]wd|PASSWORD|PWD)=(?<s>[^;\'"\\s]{6,128})',
    { finds: ['Server=tcp:example.database.windows.net,1433;User ID=a;Password=Ex4mple-Pass;'], ignores: ['database.windows.net;Password=;'] }),
  named('azure_container_password', ['azurecr.io', 'acr_password', 'acr_token'], base64.from(32)),
]
