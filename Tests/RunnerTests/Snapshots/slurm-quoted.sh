#!/bin/bash
#SBATCH --job-name=nsl-run-small-0a1b-1
#SBATCH --array=0-11
#SBATCH --output="/home/me/it's 100%%\"/logs/0+%a.log"
#SBATCH --open-mode=append
#SBATCH --requeue
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1

# made by a test
exec '/home/me/my tools/nsl-run' element '/home/me/it'\''s 100%"' "$SLURM_ARRAY_TASK_ID"
