-- A partition that nothing was added to for six hours becomes one part: a look-up opens every part of every partition, and
-- most of what it costs is opening them. By itself the engine leaves several of them, since merging large parts is dear.
ALTER TABLE blotter.records MODIFY SETTING min_age_to_force_merge_seconds = 21600, min_age_to_force_merge_on_partition_only = 1;
ALTER TABLE blotter.identifiers MODIFY SETTING min_age_to_force_merge_seconds = 21600, min_age_to_force_merge_on_partition_only = 1;
ALTER TABLE blotter.salts MODIFY SETTING min_age_to_force_merge_seconds = 21600, min_age_to_force_merge_on_partition_only = 1;
