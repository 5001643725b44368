#!/bin/bash
#SBATCH --job-name=nsl-run-small-0a1b-1
#SBATCH --array=0-11
#SBATCH --output="/shared/results/small/slurm/0a1b/logs/0+%a.log"
#SBATCH --open-mode=append
#SBATCH --requeue
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1

# made by a test
exec '/opt/nsl-run' element '/shared/results/small/slurm/0a1b' "$SLURM_ARRAY_TASK_ID"
