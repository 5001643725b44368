#!/bin/bash
#SBATCH --job-name=nsl-run-small-0a1b-1
#SBATCH --array=0-11%3
#SBATCH --output="/shared/results/small/slurm/0a1b/logs/1000+%a.log"
#SBATCH --open-mode=append
#SBATCH --requeue
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=4
#SBATCH --partition=cpu
#SBATCH --time=02:00:00
#SBATCH --signal=B:TERM@60
#SBATCH --mem=8G
#SBATCH --dependency=afterany:17:18
#SBATCH --account=robust
#SBATCH --mail-type=END

# made by a test
module load gcc
source env.sh
exec '/opt/nsl-run' element '/shared/results/small/slurm/0a1b' "$((SLURM_ARRAY_TASK_ID + 1000))"
