import './main.css';
import './attentionPanel';
