import { testDemoCalls } from './harness/demo-calls.ts'
import { testDemoOutages } from './harness/demo-outages.ts'
import { ONE2ONE } from './harness/demos.ts'
import { useStage } from './harness/stage.ts'

const stage = useStage()

testDemoCalls(stage, ONE2ONE)
testDemoOutages(stage, ONE2ONE)
