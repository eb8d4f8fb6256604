import { describe, expect, test } from 'vitest'
import { createDetector } from '../../detect.ts'
import { rules } from './ai.ts'

const detect = createDetector(rules)
const uuid = '7b0c4f2e-91ad-4d6b-8e35-c2f1a07d9b64'
const hex32 = '3f9a1c7be2d84056af13c9d27e5b8064'
const alnum24 = 'q7Lw2Zt9Xk4Bv8Nc3Mf6Rh1D'

test.each([
  ['sk-' + `proj-${alnum24}_${alnum24}-${alnum24}`], ['sk-' + `${alnum24.slice(4)}T3BlbkFJ${alnum24.slice(4)}`], ['sk-' + `ant-api03-${alnum24}_${alnum24}-${alnum24}AA`], [`sk-or-v1-${hex32}${hex32}`], [`sk-${hex32}`], [`sk-lf-${uuid}`],
  ['hf_' + `${alnum24}${alnum24.slice(14)}`], [`r8_${alnum24}${alnum24.slice(11)}`], [`gsk_${alnum24}${alnum24}Zt9X`], [`pplx-${alnum24}${alnum24}`], [`xai-${alnum24}${alnum24}${alnum24}${alnum24.slice(16)}`], [`lsv2_pt_${hex32}_3f9a1c7be2`],
  [`pcsk_Ab1Cd_${alnum24}${alnum24}${alnum24.slice(8)}`], [`nvapi-${alnum24}_${alnum24}-${alnum24.slice(10)}`], [`tvly-dev-${alnum24}`], [`fc-${hex32}`], [`jina_${hex32}${alnum24}`], [`AQ.Ab8RN6${alnum24}${alnum24.slice(4)}`], [`sk_${hex32}3f9a1c7be2d84056`],
])('%s is gone', (secret) => {
  for (const text of [`model answered 401: ${secret}`, `{"api":"${secret}"}`]) expect(detect(text, () => {})).not.toContain(secret.slice(-12))
})

test.each([['COHERE_API_KEY', `${alnum24}q7Lw2Zt9Xk4Bv8Nc`], ['mistral_key', `${alnum24}q7Lw2Zt9`], ['DEEPGRAM_TOKEN', `${hex32}3f9a1c7b`], ['assembly-ai-key', hex32], ['PINECONE_API_KEY', uuid], ['deepl.auth.key', `${uuid}:fx`]])('%s=%s is gone', (name, secret) => {
  expect(detect(`${name}=${secret}`, () => {})).not.toContain(secret)
})

describe('ids of runs, messages and models stay', () => {
  test.each([
    'chatcmpl-AbC123dEf456GhI789jKl012MnO34 by gpt-4o-2024-08-06', 'msg_01XFDUDYJgAACzvnptvVoYEL req_011CSHoEeqs5C35K2UUqR7Fy claude-sonnet-4-20250514', 'thread_abc123def456 asst_AbC123dEf456GhI789jKl012 run_AbC123dEf456GhI789jKl012',
    'openai-organization=org-AbC123dEf456GhI789jKl012 openai-processing-ms=412', 'from sklearn import svm  # sk-learn', 'locale sk-SK', 'hf_hub_download(repo_id="example/model")', 'huggingface.co/example/model-7b-instruct-v0.2',
    `replicate prediction ufawqhfynnddngldkgtslldrkq`, `pinecone index_host=example-index-a1b2c3d.svc.aped-4627-b74a.pinecone.io`, `elevenlabs voice_id=21m00Tcm4TlvDq8ikWAM`, 'task-id disk-usage risk-score pa-rt fc-list ck-editor', 'app-config app-release-v2.10.3-build1234', `mistral request_id=${hex32}`,
  ])('%s', (text) => { expect(detect(text, () => {})).toBe(text) })
})
