// Secrets of data services: maps, weather, markets, chains, media, analytics and intelligence. Most are quotas rather than access,
// but they are billed to their owner and open what the owner looked at.

import { named, prefixed } from '../make.ts'
import { alnum, alphabet, base64url, digits, hex, oneOf, parts, upper, uuid } from '../secret.ts'
import { address, calledSecret, credentials, isolated, looksRandom, uuids } from './rows.ts'
import type { Rule } from '../../rule.ts'

const byPrefix: readonly Rule[] = [
  prefixed('mapbox_token', ['sk.eyJ', 'pk.eyJ', 'tk.eyJ'], parts(base64url.from(40), '.', base64url.from(20))), // docs.mapbox.com: the second part is JSON in base64
  prefixed('locationiq_key', ['pk.'], hex.from(30)),
  prefixed('radar_key', ['prj_live_sk_', 'prj_test_sk_'], alnum.from(30)),
  isolated('arcgis_key', 'aap', parts(oneOf('AAPK', 'AAPT'), base64url(60, 200))),
  isolated('maxmind_key', '_mmk', parts(alnum(6), '_', alnum(29), '_mmk')),
  isolated('segment_public_key', 'sgp_', parts('sgp_', alnum(64))),
  prefixed('posthog_key', ['phx_', 'phc_', 'phs_', 'pha_', 'phr_'], base64url.from(40)),
  prefixed('branch_key', ['key_live_', 'key_test_', 'secret_live_', 'secret_test_'], alnum.from(24)),
  prefixed('covalent_key', ['ckey_', 'cqt_'], alnum.from(26)),
  isolated('tatum_key', ['tatum', 't-5', 't-6'], parts('t-', hex(24), '-', hex(24))),
  prefixed('censys_key', ['censys_'], parts(alnum(8), '_', alnum(24, 32))),
  prefixed('duffel_token', ['duffel_test_', 'duffel_live_'], base64url.from(32)),
  prefixed('adobe_secret', ['p8e-', 'p8-'], base64url(32, 40), { valid: looksRandom }),
  prefixed('databento_key', ['db-'], alnum(29), { valid: looksRandom }),
  prefixed('hcaptcha_secret', ['ES_'], hex(32)),
  isolated('recaptcha_key', 'aaaaa', parts('6L', base64url(6), 'AAAAA', base64url(27))),
  prefixed('apilayer_key', ['apilayer_'], alnum.from(24)),
  prefixed('mappedin_key', ['mik_', 'mis_'], alnum.from(20), { valid: looksRandom }),
  prefixed('cfxre_key', ['cfxk_'], alphabet('A-Za-z0-9_').from(24)),
  prefixed('dub_key', ['dub_'], alnum(24), { valid: looksRandom }),
  prefixed('everapi_key', ['fca_live_', 'cur_live_', 'num_live_', 'ema_live_', 'ipb_live_'], alnum.from(32)), // freecurrencyapi, currencyapi and their sisters
  prefixed('ipregistry_key', ['ira_'], alnum(36, 40)),
  prefixed('tinybird_token', ['p.eyJ1'], parts(base64url.from(20), '.', base64url.from(20))),
  prefixed('zyte_key', ['zyte_'], alnum.from(24)),
  prefixed('seam_key', ['seam_test', 'seam_live', 'seam_'], base64url.from(20), { valid: looksRandom }),
  prefixed('tigris_key', ['tsec_'], alphabet('A-Za-z0-9_+/-').from(30)),
  prefixed('evervault_key', ['ev:key:'], alphabet('A-Za-z0-9:+/=_-').from(40)),
  address('quicknode_endpoint', 'quiknode.pro/', hex(32, 64)),
  address('infura_endpoint', 'mainnet.infura.io/v3/', hex(32), { start: 'infura\\.io/(?:ws/)?v3/', keywords: ['infura.io'] }),
  address('alchemy_endpoint', 'eth-mainnet.g.alchemy.com/v2/', base64url(21, 40), {
    start: '(?:alchemy|alchemyapi)\\.(?:com|io)/(?:nft/)?v[23]/', keywords: ['alchemy'],
  }),
  address('ankr_endpoint', 'rpc.ankr.com/eth/', hex(64), { start: 'rpc\\.ankr\\.com/[a-z_]{2,40}/', keywords: ['rpc.ankr'] }),
]

const byName: readonly Rule[] = [
  ...credentials([
    '2captcha', 'abstract_api', 'abuse_ipdb', 'accuweather', 'adobe_', 'ahrefs', 'airbrake', 'airvisual', 'alchemy', 'alienvault', 'amadeus',
    'amplitude', 'anti_captcha', 'api_data_gov', 'api_football', 'apiflash', 'apixu', 'appfollow', 'appsflyer', 'aqicn', 'arbiscan', 'aviation_edge',
    'aviationstack', 'aylien', 'basescan', 'binaryedge', 'bing_maps', 'bombbomb', 'brightdata', 'browserless', 'bscscan', 'bugfender', 'bugherd',
    'capmonster', 'carto_', 'census_api', 'censys', 'chainstack', 'climacell', 'cloudsight', 'countly', 'covalenthq', 'crawlbase', 'crunchbase',
    'cryptocompare', 'currencylayer', 'cuttly', 'data_gov', 'dataforseo', 'diffbot', 'docraptor', 'dub_co', 'dune_api', 'edamam', 'eodhd',
    'etherscan', 'exchange_rate_api', 'exchangerate', 'exchangerate-api', 'face_plus', 'faceplusplus', 'file_io', 'financialmodelingprep', 'finnhub',
    'fixer_', 'flight_aware', 'flightstats', 'fofa_', 'football_data', 'foreca', 'fred_api', 'ftmscan', 'geoapify', 'geocodio', 'getty_images',
    'giphy', 'git_guardian', 'gnews', 'greynoise', 'gyazo', 'have_i_been_pwned', 'hcti', 'heap_api', 'hello_sign', 'here_api', 'here_maps', 'hibp',
    'hotjar', 'hunter_io', 'hybrid_analysis', 'imgbb', 'imgur', 'infura', 'intrinio', 'ip_api', 'ip_geolocation', 'ipdata', 'ipstack', 'keycdn',
    'kissmetrics', 'kochava', 'languagelayer', 'lastpass', 'loqate', 'mappedin', 'mapquest', 'maptiler', 'marketstack', 'matomo', 'meaningcloud',
    'mediastack', 'mixpanel', 'moralis', 'moz_api', 'mysportsfeeds', 'nansen', 'nasa_', 'nasdaq_data', 'ncdc', 'new_york_times', 'news_api',
    'nft_storage', 'nftport', 'nlpcloud', 'noaa', 'nrel', 'numverify', 'nutritionix', 'ny_times', 'open_exchange_rates', 'open_weather', 'opencage',
    'opensea', 'openuv', 'openweathermap', 'owm_api', 'pyowm', 'optimistic_etherscan', 'optimizely', 'otx_api', 'oxford_dictionaries', 'oxylabs', 'paralleldots',
    'pdfcrowd', 'pdflayer', 'pdfmonkey', 'pdfshift', 'pexels', 'phantomjscloud', 'pinata', 'pipl_', 'piwik', 'pixabay', 'placid_', 'plausible_',
    'polygon_api', 'polygon_io', 'polygon_key', 'polygonscan', 'positionstack', 'proxycrawl', 'pulsedive', 'quandl', 'rainforest_api', 'rawg_',
    'rebrandly_api', 'riskified', 'rollout_io', 'rudderstack', 'sabre_api', 'scaleserp', 'scraperapi', 'scrapestack', 'scraping_bee', 'scrapingant',
    'scrapingdog', 'screenshotapi', 'screenshotlayer', 'screenshotone', 'seatgeek', 'security_trails', 'segment_api', 'segment_io', 'segment_key',
    'segment_token', 'segment_write', 'semrush', 'seon_', 'serpstack', 'serpwow', 'shodan', 'short_io', 'shorte_st', 'shutterstock',
    'simpleanalytics', 'singular_api', 'skyscanner', 'smartystreets', 'snowplow', 'snowtrace', 'spoonacular', 'sportmonks', 'sportradar',
    'sportsdata', 'sportsdataio', 'spyse', 'steamgriddb', 'stlouisfed', 'stormglass', 'tenor_api', 'the_odds_api', 'themoviedb', 'thetvdb',
    'thunderforest', 'ticketmaster', 'tiingo', 'tiny_url', 'tmdb', 'tom_tom', 'tomorrow_io', 'trefle', 'twelve_data', 'two_captcha', 'unsplash', 'unsplash_client_id',
    'urlbox', 'userstack', 'valueserp', 'vatlayer', 'virus_total', 'visual_crossing', 'walkscore', 'weather_api', 'weatherbit', 'weatherstack',
    'web3_storage', 'what3words', 'worldweatheronline', 'wunderground', 'youneedabudget', 'zenserp', 'zerotier', 'zoomeye',
  ]),
  ...uuids([
    'api2pdf', 'binary_edge', 'cfxre', 'coin_api', 'coin_market_cap', 'dictionaryapi', 'docu_sign', 'guardianapis', 'intelligencex', 'intelx',
    'merriam_webster', 'stadia_maps', 'the_guardian', 'tracxn', 'urlscan',
  ]),
  named('alpha_vantage_key', ['alpha_vantage', 'alphavantage'], upper(16), { strict: true, valid: calledSecret }),
  named('ipinfo_token', 'ipinfo', hex(14), { strict: true, valid: calledSecret }),
  named('maxmind_legacy_key', ['maxmind', 'geoip', 'geolite'], alnum(16), { strict: true, valid: calledSecret }),
  named('pixabay_api_key', 'pixabay', parts(digits(7, 8), '-', hex(25))),
  named('optimizely_token', 'optimizely', parts('2:', base64url(40, 50))),
  named('fullstory_key', 'fullstory', alphabet('A-Za-z0-9+/', '={0,2}').from(40), { strict: true, valid: calledSecret }),
  named('beamer_key', 'beamer', parts('b_', alphabet('A-Za-z0-9_=-')(40, 50))),
  named('lob_secret', 'lob', parts(oneOf('live_', 'test_'), hex(35))),
  named('zillow_key', 'zillow', parts('X1-ZWS', alnum.from(10))),
  named('hcaptcha_legacy_secret', 'hcaptcha', parts('0x', hex(40))),
  named('ticketmaster_secret', 'ticketmaster', alnum(16, 32), { strict: true, valid: calledSecret }),
  named('looker_secret', 'looker', alnum(20, 24), { strict: true, valid: calledSecret }),
  named('wakatime_key', 'wakatime', parts(oneOf('waka_', ''), uuid)),
  named('omdb_key', 'omdb', hex(8), { strict: true, valid: calledSecret }),
]

export const rules: readonly Rule[] = [...byPrefix, ...byName]
