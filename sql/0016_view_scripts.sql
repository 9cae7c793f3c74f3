-- From now on each view is what its file in sql/views says, and is built anew when that has changed.

CREATE TABLE view_scripts (
    id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- in the order in which they were built
    name VARCHAR(127) UNIQUE NOT NULL,                   -- of a view, with its schema
    digest VARCHAR(64) NOT NULL                          -- SHA-256 of the text that it was built from
);

-- The views that the migrations up to here have made are those of these texts, in all but layout: so
-- nothing has to be built anew, which what others have built on them might prevent.
INSERT INTO view_scripts (name, digest) VALUES
    ('bi_cache.activities', 'fe9a4d0127cef014830f17c3fc1e68cd8abfe129b0b847d5bc46f2a7fd7b30f1'),
    ('bi_cache.named_sections', 'e677595edb179042ef46ce1de435661d561876d44f00ba63a53f9fe9277f83d5'),
    ('bi_cache.section_quality', 'fe83c98e25df7c70f3451c13f3c93ca20dd760289b1f2c63fbac98f8dae61c50'),
    ('bi.runs', '97ebe5861de712bbe41c054ba897b2ce3e3f7b40fe38572d1e5401275954afd1'),
    ('bi.activities', 'ae27e387c7b18e7a43453f09a94c674ffa37ae0a3dca8d4ee30af997bfe7121d'),
    ('bi.activity_causes', 'e1e1448373e3aa3795ec8ea5cc2fc10f5f696ac7241d531f4f1fe197bfc16c3d'),
    ('bi.activity_objectives', 'b3bd41c5482b7f49976958b0577b4c2d5e709de8882049dc987f4bd14a1e7c1e'),
    ('bi.activity_sdgs', '6424a1edb272cd9621ee85b24e1ea6fba802727f780f1e2c50dff7183ae9a206'),
    ('bi.calendar', '7216bdce76aba0a498a9f1942efa27e48a5a68510547dce7973b619d99789f71'),
    ('bi_cache.dated_activities', '4646db1ba8eaa2389dfb54144661d8ac69ec9e82c2803c6c54ef47d23e49d744'),
    ('bi.activity_organisers', '5437242cd6a74fe0d952419e796a278a02aa4f7106e3871af8584baefebdf8c3'),
    ('bi.data_problems', 'ef718fbb6ea1b8c1569a04f0a152d0c5603d173237c5333ee9c837bb6dbafeab'),
    ('bi.section_history', '9a34fba15212e2bf3b1f2bf19e8511b56e9324cf05763c230d01bb6f5690b5c9'),
    ('bi.section_statistics', '331fd58569efcfe78f93001d7f4b240f376e8107101d2015ef45a7ef26217162'),
    ('bi_cache.cause_figures', '1c79367ae8b437906d4bb6fe6395252467e70b122f45042c626aa4be3bf304c6'),
    ('bi_cache.country_figures', 'b95d6938aa9285f179d9235441103bb817b5421e5b122545bf9b96abe8348cca'),
    ('bi_cache.section_activities', '059ed434bd6dffac88a9e4de093b0f9c100e4c8a6fb59fd6e890bcf35d76ef2d'),
    ('bi.data_quality', 'b769b22f0d820cdd96bb8fa6f11b494f3fe64f95a574a8f63006c54473cf8221'),
    ('bi.country_causes', 'afc5885d8cd3b73f1e164e4cbc7fb14941b078d17db96e6c7cd1f807796fc888'),
    ('bi_cache.section_figures', 'a73856e08411ba5e56a4524f269cb2f4a98f6d65b15b1c14d8642eb8febab2f0'),
    ('bi_cache.section_months', '9af136c0506ac25b683eb1986c7e4fbd2fb99f5c615865efa3b4d3b699dd4ed7'),
    ('bi.section_figures', '9373aa478a9ce6cca9e473e94d530ab1f7474277db88c0d3bb99b20ddeb2fe93'),
    ('bi.section_months', '22fbbdec1ba990f2486d36d816f33b2bc23d995f3bf2212e5bc3195246cafa79'),
    ('bi_cache.country_months', '97d47a2d3ebf8503d12c5aba5fa39b829af9568127acf8c4bfe38f4f087612bb'),
    ('bi_cache.network_months', 'b79b873a4d1d502b5e529a3643f36bdb4e1b235aca421e9cf600d43736fe5d5b'),
    ('bi.countries', '848ef00db1bec4395340c1ce9f90b57bd982bc7216c7d09f638c3d8aa70bd604'),
    ('bi.sections', '582bd470a49ee211bbf181a998f0b16df05b4cafbac2511e680872abd0c8c0c1'),
    ('bi.country_months', '844337312af6db4f8a83df3ee30edaeab54f08f3aef30e746be6e4b41e60c4a4'),
    ('bi.network_months', 'd57b9b065070c13a4b5d30c2d16dc0b5a768c927f6d662175850c0b333018b50');
